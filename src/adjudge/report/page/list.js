// The list of tickets: what is filtered and how it is sorted. Knows nothing of the page.

class TicketList {
  constructor(index, blocks) {
    this.index = index;
    this.blocks = blocks;
    this.parsed = new Array(blocks.length);
    this.size = index.id.length;
    this.haystack = new Array(this.size);
    this.read = 0;
    this.rank = new Map(index.levels.map((level, number) => [level, number]));
    this.filters = {};
    this.terms = [];
    this.order = null;
    this.descending = false;
    this.rows = this.apply();
  }

  // The whole ticket; its block is parsed when first asked for.
  ticket(row) {
    const block = Math.floor(row / this.index.block);
    this.parsed[block] ||= JSON.parse(this.blocks[block].textContent);
    return this.parsed[block][row % this.index.block];
  }

  // Reads texts for the search until `enough()`; true when all are read.
  readAhead(enough) {
    while (this.read < this.size && !enough()) {
      const row = this.read;
      const ticket = this.ticket(row);
      this.haystack[row] = [
        ticket.id,
        ticket.subject,
        ticket.organization || "",
        ticket.requester || "",
        ticket.description,
      ]
        .join("\n")
        .toLowerCase();
      this.read += 1;
    }
    return this.read === this.size;
  }

  value(row, field) {
    const held = this.index[field][row];
    return this.index.names[field] && held !== null ? this.index.names[field][held] : held;
  }

  search(text) {
    this.terms = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (this.terms.length) this.readAhead(() => false);
  }

  // `wanted` is a value of the field, null for tickets that have none, undefined for any.
  filter(field, wanted) {
    if (wanted === undefined) delete this.filters[field];
    else this.filters[field] = wanted;
  }

  apply() {
    const tests = Object.entries(this.filters).map(([field, wanted]) => this.test(field, wanted));
    const rows = [];
    for (let row = 0; row < this.size; row += 1) {
      if (tests.every((test) => test(row)) && this.terms.every((t) => this.haystack[row].includes(t))) {
        rows.push(row);
      }
    }
    if (this.order) this.sort(rows);
    this.rows = rows;
    return rows;
  }

  test(field, wanted) {
    const column = this.index[field];
    if (field === "fails" || field === "lacks") return (row) => column[row].includes(wanted);
    const names = this.index.names[field];
    const held = names && wanted !== null ? names.indexOf(wanted) : wanted;
    return (row) => column[row] === held;
  }

  sort(rows) {
    const key = this.keys(this.order);
    const sign = this.descending ? -1 : 1;
    // What has no value comes last either way; the order of the export breaks ties.
    rows.sort((a, b) => {
      const [x, y] = [key[a], key[b]];
      if (x === y) return a - b;
      if (x === null) return 1;
      if (y === null) return -1;
      return x < y ? -sign : sign;
    });
  }

  keys(order) {
    const rows = Array.from({ length: this.size }, (_, row) => row);
    const ranked = (level) => (level === null ? null : this.rank.get(level) ?? this.rank.size);
    switch (order) {
      case "created":
        return rows.map((row) => {
          const time = Date.parse(this.index.created_at[row]);
          return Number.isNaN(time) ? null : time;
        });
      case "levels": {
        // By how far the decision is from what was filed, the most overfiled first.
        const top = this.rank.size;
        return rows.map((row) => {
          const filed = ranked(this.value(row, "filed")) ?? top;
          const level = ranked(this.index.proven[row]) ?? top;
          return (filed - level) * (top + 1) + filed;
        });
      }
      case "outcome":
        return rows.map((row) => this.index.outcomes.indexOf(this.value(row, "outcome")));
      default:
        return this.collated(rows.map((row) => this.value(row, order)));
    }
  }

  // Each text's place in the order that people expect: `T-9` before `T-10`, case of no weight.
  collated(values) {
    const { compare } = new Intl.Collator("en", { numeric: true });
    const distinct = [...new Set(values)].filter((each) => each !== null).sort(compare);
    const place = new Map(distinct.map((value, number) => [value, number]));
    return values.map((value) => (value === null ? null : place.get(value)));
  }
}
