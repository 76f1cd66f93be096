// Texts of tickets are hostile: they reach the page as text nodes only, and characters that would
// hide or turn the text around them are shown by their code.

// Controls but tab and line feed; embeddings, overrides and isolates of the bidirectional
// algorithm; invisible fillers; halves of surrogate pairs; non-characters.
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029\u200b\u2060\ufeff\ufff9-\ufffb\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function visible(text) {
  return String(text)
    .replace(/\r\n?/g, "\n")
    .replace(UNSEEN, (each) => {
      const code = each.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
      return `\u27e8U+${code}\u27e9`;
    });
}

// A value in a place made for a few words. The text of a ticket and the reply are never cut.
function brief(text, most = 200) {
  if (text.length <= most) return text;
  return `${[...text.slice(0, 2 * most)].slice(0, most - 1).join("")}\u2026`;
}

// h("p", {class: "small"}, "text", node, null): attributes by name, functions as listeners.
function h(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(key, value);
    else node.setAttribute(key, value === true ? "" : visible(value));
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child instanceof Node ? child : visible(child));
  }
}

// Offsets count characters (code points); texts here are in units of 16 bits.
function unitOffsets(text, offsets) {
  const sorted = [...new Set(offsets)].sort((a, b) => a - b);
  const found = new Map();
  let characters = 0;
  let next = 0;
  for (let unit = 0; next < sorted.length; characters += 1) {
    while (next < sorted.length && sorted[next] <= characters) found.set(sorted[next++], unit);
    if (unit >= text.length) break;
    unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
  }
  for (; next < sorted.length; next += 1) found.set(sorted[next], text.length);
  return found;
}

// The text as nodes, with the quotes marked; where quotes overlap, the mark names all facts.
function highlighted(text, quotes) {
  const units = unitOffsets(text, quotes.flatMap((each) => [each.start, each.end]));
  const cuts = [...new Set([0, text.length, ...units.values()])].sort((a, b) => a - b);
  const nodes = [];
  for (let i = 0; i + 1 < cuts.length; i += 1) {
    const [from, to] = [cuts[i], cuts[i + 1]];
    const over = quotes.filter((q) => units.get(q.start) <= from && units.get(q.end) >= to);
    const ending = over.filter((q) => units.get(q.end) === to).map((q) => q.says);
    const piece = text.slice(from, to);
    if (!over.length) nodes.push(piece);
    else nodes.push(h("mark", { "data-says": ending.length ? ending.join(", ") : null }, piece));
  }
  return nodes;
}

function plural(count, one, many) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
