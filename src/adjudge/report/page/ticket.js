// One ticket unfolded: its words with the quotes marked, why, what to do, and the reply.

const ORIGINS = {
  field: "stated in a field",
  text: "read from the text",
  derived: "follows from other facts",
  default: "presumed",
};
const CONSENTS = {
  vendor_decides: "Support may change it; tell the customer.",
  customer_agrees: "The customer has to agree to the change.",
  ask_customer: "Ask the customer before changing it.",
};
const ACTIONS = {
  keep: "Keep",
  downgrade: "Downgrade to",
  upgrade: "Upgrade to",
  ask: "Ask the customer first",
  set: "Set to",
};
const FEW_TESTS = 6;
const TESTED = { true: ["holds", "good"], false: ["fails", "over"], unknown: ["not known", "open"] };

function part(title, ...content) {
  return h("div", { class: "part" }, h("h3", {}, title), content);
}

function points(items) {
  return h("ul", { class: "points" }, items.map((each) => h("li", {}, h("bdi", {}, brief(each, 600)))));
}

function pairs(rows) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return h(
    "dl",
    { class: "pairs" },
    shown.map(([name, value]) => [
      h("dt", {}, name),
      h("dd", {}, value instanceof Node ? value : h("bdi", {}, brief(value))),
    ]),
  );
}

function labels(ticket) {
  const found = new Map(ticket.conditions.map((each) => [each.fact, each.label]));
  return (fact) => found.get(fact) || fact.replaceAll("_", " ");
}

function words(ticket) {
  const name = labels(ticket);
  const inField = (field) =>
    ticket.quotes
      .filter((quote) => quote.field === field && quote.end > quote.start)
      .map((quote) => ({ start: quote.start, end: quote.end, says: name(quote.fact) }));
  return h(
    "div",
    { class: "words", dir: "auto", tabindex: "0", role: "group", "aria-label": "Text of the ticket" },
    ticket.subject
      ? h("span", { class: "about" }, highlighted(ticket.subject, inField("subject")))
      : null,
    ticket.description
      ? highlighted(ticket.description, inField("description"))
      : h("span", { class: "muted" }, "The ticket has no text."),
  );
}

function origin(condition) {
  const told = condition.quote
    ? [h("q", {}, h("bdi", {}, brief(condition.quote)))]
    : [condition.column ? [`field `, h("bdi", {}, brief(condition.column))] : ORIGINS[condition.origin]];
  return condition.origin ? h("span", { class: "how" }, told) : null;
}

// The first few conditions, and the rest for whoever wants all of them.
function tests(ticket) {
  const { conditions } = ticket;
  if (conditions.length <= FEW_TESTS + 2) return testTable(conditions);
  return [
    testTable(conditions.slice(0, FEW_TESTS)),
    h(
      "details",
      { "data-print": true },
      h("summary", {}, `${conditions.length - FEW_TESTS} more conditions`),
      testTable(conditions.slice(FEW_TESTS)),
    ),
  ];
}

function testTable(conditions) {
  const rows = conditions.map((condition) => {
    const [word, tone] = TESTED[condition.outcome] || [condition.outcome, "plain"];
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, condition.label),
      h(
        "td",
        { "data-head": "Needed" },
        condition.expected_label,
        condition.level ? h("span", { class: "how" }, `for ${condition.level}`) : null,
      ),
      h(
        "td",
        { "data-head": "Found" },
        h("bdi", {}, condition.actual === null ? "not known" : brief(condition.actual_label)),
        origin(condition),
      ),
      h("td", { "data-head": "So it" }, h("span", { class: `badge t-${tone}` }, word)),
    );
  });
  const heads = ["Condition", "Needed", "Found", "So it"];
  return h(
    "table",
    { class: "tests" },
    h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, rows),
  );
}

function promise(response) {
  if (!response) return null;
  const due = response.due ? `, due ${moment(response.due)}` : "";
  const kept = { kept: " – was kept", missed: " – was missed" }[response.outcome] || "";
  return `${response.level}: ${response.words}${due}${kept}`;
}

function moment(iso) {
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/.exec(iso);
  if (!found) return iso;
  const zone = !found[3] || found[3] === "Z" || found[3] === "+00:00" ? "UTC" : `UTC${found[3]}`;
  return `${found[1]} ${found[2]} ${zone}`;
}

function why(ticket) {
  const name = labels(ticket);
  const rests = Object.entries(ticket.rests_on || {})
    .filter(([, facts]) => facts.length)
    .map(([kind, facts]) => `${ORIGINS[kind] || kind}: ${facts.map(name).join(", ")}`);
  const presumed = ticket.presumptions.map(name).join(", ");
  const asked = ticket.action === "ask";
  const toAsk = ticket.questions.length ? part("What to ask", points(ticket.questions)) : null;
  return [
    asked ? toAsk : null,
    ticket.reasons.length ? part(asked ? "What could apply" : "Why", points(ticket.reasons)) : null,
    ticket.conditions.length ? part("Conditions that decide", tests(ticket)) : null,
    ticket.nearest ? part("The smallest change that would make it right", h("p", {}, brief(ticket.nearest, 600))) : null,
    asked ? null : toAsk,
    ticket.disagreements.length ? part("Field and text disagree", points(ticket.disagreements)) : null,
    rests.length || presumed
      ? part("It rests on", points([...rests, ...(presumed ? [`would be open without the presumption: ${presumed}`] : [])]))
      : null,
  ];
}

function what(ticket) {
  const { override } = ticket;
  const [before, after] = [promise(ticket.response_before), promise(ticket.response_after)];
  const rows = [
    ["Recommended", `${ACTIONS[ticket.action] || ticket.action}${ticket.to && ticket.action !== "ask" ? ` ${ticket.to}` : ""}`],
    ["Consent", ticket.consent ? CONSENTS[ticket.consent] || ticket.consent : null],
    [before === after ? "Response" : "Response as filed", before],
    ["Response after", before === after ? null : after],
    ["Stands at", ticket.present],
    ["Possible levels", ticket.possible.length > 1 ? ticket.possible.join(", ") : null],
    ["Organization", ticket.organization],
    ["Requester", ticket.requester],
    ["Product", ticket.product],
    ["Channel", ticket.channel],
    ["Created", ticket.created_at ? moment(ticket.created_at) : null],
    ["Row of the export", String(ticket.row)],
  ];
  const exception = override
    ? part(
        "Recorded exception",
        h("p", {}, `${override.level} by `, h("bdi", {}, brief(override.who)), ": ", h("bdi", {}, brief(override.why, 600)),
          override.until ? ` (until ${override.until})` : ""),
      )
    : null;
  return [part("What to do", pairs(rows)), exception];
}

function reply(ticket, say) {
  if (!ticket.reply) return null;
  const label = h("span", {}, "Copy reply");
  const button = h("button", { type: "button", class: "button primary copy" }, label);
  button.addEventListener("click", async () => {
    const done = await copy(ticket.reply);
    label.textContent = done ? "Copied" : "Select and copy by hand";
    say(done ? `Reply for ${brief(ticket.id)} copied` : "The browser did not allow copying");
    setTimeout(() => (label.textContent = "Copy reply"), 2500);
  });
  return h(
    "div",
    { class: "whole" },
    h("div", { class: "headed" }, h("h3", {}, "Reply to the customer"), button),
    h("div", { class: "reply", dir: "auto", lang: ticket.language || null, tabindex: "0", role: "group", "aria-label": "Reply to the customer" }, ticket.reply),
  );
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without leave for the clipboard (an old browser, a frame): the old way, by a selection.
    const box = h("textarea", { class: "hidden-visually", readonly: true });
    box.value = text;
    const focused = document.activeElement;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    if (focused) focused.focus();
    return done;
  }
}

function unfolded(ticket, say) {
  return h(
    "div",
    { class: "case" },
    ticket.summary ? h("p", { class: "verdict whole" }, h("bdi", {}, brief(ticket.summary, 600))) : null,
    h(
      "div",
      {},
      part("What the customer wrote", words(ticket)),
      what(ticket),
      ticket.sources.length ? part("By the policy", h("p", { class: "small muted" }, ticket.sources.join("; "))) : null,
    ),
    h("div", {}, why(ticket)),
    reply(ticket, say),
  );
}
