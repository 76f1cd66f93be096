// Brings the page to life once all of it is there.

function toggleTheme(button) {
  const root = document.documentElement;
  const dark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const show = () => button.setAttribute("aria-pressed", String(dark()));
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try {
      localStorage.setItem("adjudge-theme", root.dataset.theme);
    } catch {
      // A page without storage forgets the choice, no more.
    }
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
}

function rememberTheme() {
  try {
    const kept = localStorage.getItem("adjudge-theme");
    if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
  } catch {
    // No storage: the system's choice stands.
  }
}

// Buttons elsewhere on the page that show their tickets: data-only holds filters as JSON.
function linkFilters(table) {
  for (const button of document.querySelectorAll("[data-only]")) {
    button.addEventListener("click", () => {
      table.only(JSON.parse(button.dataset.only));
      document.getElementById("tickets").scrollIntoView();
      document.getElementById("tickets-head").focus({ preventScroll: true });
    });
  }
}

function printWhole(table) {
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details[data-print]:not([open])")];
    for (const each of closed) each.open = true;
    table.print(true);
  });
  addEventListener("afterprint", () => {
    for (const each of closed) each.open = false;
    table.print(false);
  });
  document.getElementById("print").addEventListener("click", () => print());
}

// Reads the tickets' texts for the search while nobody waits for anything.
function readAhead(list) {
  const idle = window.requestIdleCallback || ((work) => setTimeout(() => work({ timeRemaining: () => 8 }), 30));
  idle(function step(deadline) {
    if (!list.readAhead(() => deadline.timeRemaining() < 2)) idle(step);
  });
}

rememberTheme();
document.addEventListener("DOMContentLoaded", () => {
  const data = JSON.parse(document.getElementById("audit").textContent);
  const blocks = [...document.querySelectorAll("script[data-tickets]")];
  const list = new TicketList(data.index, blocks);
  const table = new Table(list, document.getElementById("tickets"));
  document.documentElement.classList.add("alive");
  toggleTheme(document.getElementById("theme"));
  linkFilters(table);
  printWhole(table);
  drawCharts(data);
  readAhead(list);
});
