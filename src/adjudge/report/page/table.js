// The table of tickets: filters, sorting, pages, unfolding.

const OUTCOMES = {
  not_one: ["Filed too high", "over"],
  missed: ["Filed too low", "under"],
  information: ["Needs information", "open"],
  unfiled: ["Filed without level", "plain"],
  exception: ["Exception", "except"],
  meets: ["Meets the definition", "good"],
};
const FILTER_NAMES = {
  filed: "Filed",
  decided: "Decided",
  fails: "Fails",
  lacks: "Not known",
  organization: "Organization",
  requester: "Requester",
  product: "Product",
  channel: "Channel",
  language: "Language",
  week: "Week",
  outcome: "Outcome",
  verdict: "Verdict",
};
const PRINTED_AT_MOST = 200;

// The value that an option of a filter stands for: JSON in data-value, since option values are
// changed by the page where they hold what cannot be seen.
function meant(option) {
  if (option.value === "") return undefined;
  return option.dataset.value === undefined ? null : JSON.parse(option.dataset.value);
}

class Table {
  constructor(list, root) {
    this.list = list;
    this.body = root.querySelector("tbody");
    this.table = root.querySelector("table");
    this.form = root.querySelector("form");
    this.status = root.querySelector("[role=status]");
    this.chips = root.querySelector(".chips");
    this.nothing = root.querySelector(".nothing");
    this.printed = root.querySelector(".printed");
    this.pager = root.querySelector(".pager");
    this.all = root.querySelector("[data-all]");
    this.root = root;
    this.open = new Set();
    this.page = 0;
    this.printing = false;
    this.listen();
    this.show();
  }

  get pageSize() {
    return this.printing ? PRINTED_AT_MOST : Number(this.pager.querySelector("select").value);
  }

  listen() {
    const search = this.form.elements.search;
    let waiting = 0;
    search.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.refilter(() => this.list.search(search.value)), 90);
    });
    this.form.addEventListener("submit", (event) => event.preventDefault());
    for (const select of this.form.querySelectorAll("select")) {
      select.addEventListener("change", () => this.refilter(() => this.fromSelect(select)));
    }
    this.root.querySelector("[data-reset]").addEventListener("click", () => {
      this.reset();
      search.focus();
    });
    for (const button of this.table.querySelectorAll("thead button")) {
      button.addEventListener("click", () => this.sortBy(button));
    }
    this.pager.querySelector("select").addEventListener("change", () => this.turn(0));
    for (const [name, step] of [["previous", -1], ["next", 1]]) {
      this.pager.querySelector(`[data-${name}]`).addEventListener("click", (event) => {
        this.turn(this.page + step);
        // A button that has just been switched off would lose the focus to nowhere.
        if (event.currentTarget.disabled) this.pager.querySelector("button:enabled")?.focus();
      });
    }
    this.all.addEventListener("click", () => this.foldAll());
  }

  fromSelect(select) {
    this.list.filter(select.name, meant(select.selectedOptions[0]));
  }

  refilter(change) {
    change();
    this.list.apply();
    this.page = 0;
    this.show();
  }

  reset() {
    this.form.reset();
    this.refilter(() => {
      this.list.search("");
      this.list.filters = {};
    });
  }

  // Sets filters from elsewhere on the page (a cell of the heat map) in place of those that stand.
  only(filters) {
    this.form.reset();
    this.refilter(() => {
      this.list.search("");
      this.list.filters = {};
      for (const [field, wanted] of Object.entries(filters)) {
        this.list.filter(field, wanted);
        this.choose(field, wanted);
      }
    });
  }

  choose(field, wanted) {
    const select = this.form.elements[field];
    const options = select ? [...select.options] : [];
    const option = options.find((each) => meant(each) === wanted);
    if (option) option.selected = true;
  }

  sortBy(button) {
    const head = button.closest("th");
    const again = head.getAttribute("aria-sort");
    for (const other of this.table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", again === "ascending" ? "descending" : "ascending");
    this.list.order = button.dataset.order;
    this.list.descending = again === "ascending";
    this.list.apply();
    this.page = 0;
    this.show();
  }

  turn(page) {
    this.page = page;
    this.show();
  }

  foldAll() {
    const rows = this.shown();
    const folding = rows.every((row) => this.open.has(row));
    for (const row of rows) {
      if (folding) this.open.delete(row);
      else this.open.add(row);
    }
    this.show();
  }

  shown() {
    const from = this.page * this.pageSize;
    return this.list.rows.slice(from, from + this.pageSize);
  }

  show() {
    const rows = this.shown();
    const content = document.createDocumentFragment();
    for (const row of rows) content.append(...this.drawn(row));
    this.body.replaceChildren(content);
    this.count(rows.length);
    this.chips.replaceChildren(...this.drawnChips());
  }

  count(shown) {
    const found = this.list.rows.length;
    const from = this.page * this.pageSize;
    const pages = Math.max(1, Math.ceil(found / this.pageSize));
    const of = found === this.list.size ? "" : ` of ${this.list.size.toLocaleString("en")}`;
    this.say(`${found.toLocaleString("en")}${of} ${found === 1 && !of ? "ticket" : "tickets"}`);
    this.nothing.hidden = found > 0;
    this.table.hidden = found === 0;
    this.pager.hidden = found === 0;
    this.all.hidden = found === 0;
    const rows = this.shown();
    this.all.textContent = rows.length && rows.every((row) => this.open.has(row)) ? "Fold all" : "Unfold all";
    this.pager.querySelector("[data-previous]").disabled = this.page === 0;
    this.pager.querySelector("[data-next]").disabled = this.page >= pages - 1;
    this.pager.querySelector("[data-where]").textContent =
      `${(from + 1).toLocaleString("en")}–${(from + shown).toLocaleString("en")} of ${found.toLocaleString("en")}`;
    this.printed.textContent =
      found > PRINTED_AT_MOST
        ? `Printed here: the first ${PRINTED_AT_MOST} of ${found.toLocaleString("en")} tickets. Filter the list to print others.`
        : "";
  }

  say(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  drawnChips() {
    const chips = Object.entries(this.list.filters)
      .filter(([field]) => !this.form.elements[field])
      .map(([field, wanted]) => {
        const label = `${FILTER_NAMES[field] || field}: ${this.named(field, wanted)}`;
        return h(
          "button",
          {
            type: "button",
            class: "chip",
            "aria-label": `Remove filter ${label}`,
            click: () => {
              this.refilter(() => this.list.filter(field, undefined));
              this.form.elements.search.focus();
            },
          },
          h("span", {}, label),
          "×",
        );
      });
    return chips;
  }

  named(field, wanted) {
    if (field === "fails" || field === "lacks") return this.list.index[`${field}_names`][wanted];
    if (field === "outcome") return OUTCOMES[wanted][0];
    return wanted === null ? "none" : brief(wanted);
  }

  drawn(row) {
    const open = this.printing || this.open.has(row);
    const { index } = this.list;
    const [outcome, tone] = OUTCOMES[this.list.value(row, "outcome")];
    const name = `ticket-${row}`;
    const fold = h(
      "button",
      { type: "button", class: "fold", "aria-expanded": String(open), "aria-controls": open ? name : null, click: () => this.fold(row) },
      h("span", {}, h("bdi", { class: "id" }, brief(index.id[row])), " ", h("span", { class: "subject", dir: "auto" }, index.subject[row] || "(no subject)")),
    );
    const organization = this.list.value(row, index.party);
    const line = h(
      "tr",
      { class: open ? "open" : null, "data-row": row },
      h("th", { scope: "row" }, fold),
      h("td", {}, this.levels(row, tone)),
      h("td", { class: "outcome" }, h("span", { class: `badge t-${tone}` }, outcome)),
      h("td", { class: "organization" }, organization === null ? h("span", { class: "muted" }, "–") : h("bdi", { class: "cut" }, brief(organization))),
      h("td", { class: "created" }, (index.created_at[row] || "–").slice(0, 10)),
    );
    return open ? [line, this.details(row, name)] : [line];
  }

  levels(row, tone) {
    const filed = this.list.value(row, "filed");
    return h(
      "span",
      { class: "levels" },
      h("span", { class: "hidden-visually" }, "filed "),
      h("span", { class: "level" }, filed === null ? "none" : filed),
      h("span", { "aria-hidden": "true" }, "→"),
      h("span", { class: "hidden-visually" }, ", decided "),
      h("span", { class: `level to t-${tone}` }, this.list.index.possible[row]),
    );
  }

  details(row, name) {
    const content = unfolded(this.list.ticket(row), (text) => this.announce(text));
    return h("tr", { class: "unfolded", id: name }, h("td", { colspan: 5 }, content));
  }

  announce(text) {
    const line = this.root.querySelector("[data-announce]");
    line.textContent = "";
    requestAnimationFrame(() => (line.textContent = text));
  }

  fold(row) {
    const line = this.body.querySelector(`tr[data-row="${row}"]`);
    const button = line.querySelector(".fold");
    const opening = !this.open.has(row);
    const name = `ticket-${row}`;
    if (opening) {
      this.open.add(row);
      line.after(this.details(row, name));
      button.setAttribute("aria-controls", name);
    } else {
      this.open.delete(row);
      line.nextElementSibling.remove();
      button.removeAttribute("aria-controls");
    }
    line.classList.toggle("open", opening);
    button.setAttribute("aria-expanded", String(opening));
    this.all.textContent = this.shown().every((each) => this.open.has(each)) ? "Fold all" : "Unfold all";
  }

  print(on) {
    if (on === this.printing) return;
    this.kept = on ? this.page : this.kept;
    this.printing = on;
    this.page = on ? 0 : this.kept;
    this.show();
  }
}
