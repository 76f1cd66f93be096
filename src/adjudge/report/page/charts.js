// The charts, drawn by Observable Plot as SVG; the numbers behind each stand in a table beside it.

const TONES = { meets: "good", exception: "except", information: "open", not_one: "over" };
// Where every level was audited, tickets filed too low are among the filed ones.
const tonesOf = (data) => (data.level === null ? { ...TONES, missed: "under" } : TONES);
const percent = (share) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`;

// Puts the chart into its place, with a name for those who cannot see it.
function place(holder, chart, name) {
  // Plot's own style element would be refused by the page's security policy; page.css has it.
  for (const style of chart.querySelectorAll("style")) style.remove();
  chart.setAttribute("role", "img");
  chart.setAttribute("aria-label", visible(name));
  // Inside an image nothing else has a name of its own.
  for (const each of chart.querySelectorAll("[aria-label],[aria-description]")) {
    each.removeAttribute("aria-label");
    each.removeAttribute("aria-description");
  }
  holder.replaceChildren(chart);
}

// Weeks as Mondays, so that a week without tickets leaves its gap; null where names are no weeks.
function monday(name) {
  const found = /^(\d{4})-W(\d\d)$/.exec(name);
  if (!found) return /^\d{4}-\d\d-\d\d$/.test(name) ? new Date(`${name}T00:00:00Z`) : null;
  const january4 = Date.UTC(Number(found[1]), 0, 4);
  const weekday = (new Date(january4).getUTCDay() + 6) % 7;
  return new Date(january4 + ((Number(found[2]) - 1) * 7 - weekday) * 86400000);
}

function weekEnd(start) {
  return new Date(start.getTime() + 7 * 86400000);
}

function weeksOf(data) {
  return data.weeks
    .map((week) => ({ ...week, start: monday(week.name) }))
    .filter((week) => week.start)
    .map((week) => ({ ...week, middle: new Date(week.start.getTime() + 3.5 * 86400000) }));
}

function span(weeks) {
  return [weeks[0].start, weekEnd(weeks[weeks.length - 1].start)];
}

// The first days of some weeks, about one in 60 units.
function mondays(weeks, width) {
  const [first, last] = span(weeks);
  const count = Math.round((last - first) / (7 * 86400000));
  const step = Math.max(1, Math.ceil(count / Math.max(1, Math.floor(width / 60))));
  return Array.from({ length: Math.ceil(count / step) }, (_, number) => {
    return new Date(first.getTime() + number * step * 7 * 86400000);
  });
}

function trendOfRate(holder, data, width) {
  const weeks = weeksOf(data);
  const known = weeks.filter((week) => week.overfiled.share !== null);
  if (!known.length) return;
  const told = (week) =>
    `${visible(week.name)}\n${week.overfiled.count} of ${week.overfiled.total} filed too high` +
    `\n95% interval ${percent(week.overfiled.low)} to ${percent(week.overfiled.high)}`;
  const overall = data.overfiled.share;
  const chart = Plot.plot({
    width,
    height: 210,
    marginLeft: 44,
    marginRight: 12,
    x: { type: "utc", domain: span(weeks), label: null, ticks: mondays(weeks, width), tickSize: 3 },
    y: { domain: [0, 1], tickFormat: (d) => `${d * 100}%`, ticks: [0, 0.25, 0.5, 0.75, 1], tickSize: 0, label: null, grid: true },
    marks: [
      Plot.ruleX(known, { x: "middle", y1: (d) => d.overfiled.low, y2: (d) => d.overfiled.high, stroke: "var(--over-fill)", strokeOpacity: 0.45, strokeWidth: 3, strokeLinecap: "round" }),
      overall === null ? null : Plot.ruleY([overall], { stroke: "var(--muted)", strokeDasharray: "4 4" }),
      Plot.dot(known, { x: "middle", y: (d) => d.overfiled.share, r: 4, fill: (d) => (d.overfiled.small ? "var(--surface)" : "var(--over-fill)"), stroke: "var(--over-fill)", strokeWidth: 1.75 }),
      Plot.tip(known, Plot.pointerX({ x: "middle", y: (d) => d.overfiled.share, title: told, fill: "var(--surface)", stroke: "var(--line-strong)" })),
    ],
  });
  const filed = data.level ? `tickets filed as ${data.level}` : "tickets filed under a level";
  place(holder, chart, `Share of ${filed} that were filed too high, by week, ${weeks.length} weeks; the table below has the numbers`);
}

function trendOfCounts(holder, data, width) {
  const weeks = weeksOf(data);
  if (!weeks.length) return;
  const tones = tonesOf(data);
  const outcomes = Object.keys(tones);
  const parts = weeks.flatMap((week) =>
    outcomes.map((outcome) => ({ ...week, outcome, tickets: week[outcome], end: weekEnd(week.start) })),
  );
  const told = (week) =>
    [visible(week.name), ...outcomes.map((key) => `${OUTCOMES[key][0]}: ${week[key]}`)].join("\n");
  const tops = weeks.map((week) => ({ ...week, filedSum: outcomes.reduce((sum, key) => sum + week[key], 0) }));
  const most = Math.max(...tops.map((week) => week.filedSum));
  const chart = Plot.plot({
    width,
    height: 170,
    marginLeft: 44,
    marginRight: 12,
    x: { type: "utc", domain: span(weeks), label: null, ticks: mondays(weeks, width), tickSize: 3 },
    y: { label: null, grid: true, ticks: Math.min(4, Math.max(1, most)), tickFormat: "d", tickSize: 0 },
    marks: [
      Plot.rectY(parts, Plot.stackY({ x1: "start", x2: "end", y: "tickets", fill: (d) => `var(--${tones[d.outcome]}-fill)`, order: [...outcomes].reverse(), z: "outcome", insetLeft: 0.5, insetRight: 0.5 })),
      Plot.ruleY([0], { stroke: "var(--line-strong)" }),
      Plot.tip(tops, Plot.pointerX({ x: "middle", y: "filedSum", title: told, fill: "var(--surface)", stroke: "var(--line-strong)" })),
    ],
  });
  place(holder, chart, `Tickets by week and outcome, ${weeks.length} weeks; the table below has the numbers`);
}

// Bars with their label above: long labels then fit on a narrow screen too.
function bars(holder, rows, width, tone, name) {
  if (!rows.length) return;
  const label = (row) => shortened(row.label, width);
  const chart = Plot.plot({
    width,
    height: rows.length * 44 + 6,
    margin: 0,
    marginRight: 96,
    marginTop: 4,
    x: { domain: [0, Math.max(...rows.map((row) => row.rate.count), 1)], axis: null },
    y: { type: "band", domain: rows.map((_, number) => number), axis: null, padding: 0 },
    marks: [
      Plot.barX(rows, { x: "count", y: (_, number) => number, fill: `var(--${tone}-fill)`, insetTop: 20, insetBottom: 8, rx: 3 }),
      Plot.text(rows, { x: 0, y: (_, number) => number, text: label, textAnchor: "start", dy: -11, fill: "var(--text)", fontSize: 13 }),
      Plot.text(rows, { x: "count", y: (_, number) => number, text: "told", textAnchor: "start", dx: 6, dy: 6, fill: "var(--muted)", fontSize: 12 }),
    ],
  });
  place(holder, chart, `${name}: ${rows.map((row) => `${row.label} ${row.told}`).join("; ")}`);
}

// A label as long as the width allows at about 6.6 units a character; the table has all of it.
function shortened(text, width) {
  const room = Math.max(16, Math.floor(width / 6.9));
  const shown = [...visible(text).replaceAll("\n", " ")];
  return shown.length > room ? `${shown.slice(0, room - 1).join("")}…` : shown.join("");
}

function barRows(entries) {
  return entries.slice(0, 8).map((entry) => ({
    label: entry.label,
    rate: entry.tickets,
    count: entry.tickets.count,
    told: entry.tickets.small || entry.tickets.share === null
      ? `${entry.tickets.count} of ${entry.tickets.total}`
      : `${entry.tickets.count.toLocaleString("en")} · ${percent(entry.tickets.share)}`,
  }));
}

const DRAWN = {
  rate: trendOfRate,
  counts: trendOfCounts,
  failing: (holder, data, width) => bars(holder, barRows(data.failing), width, "over", "Conditions that fail most"),
  missing: (holder, data, width) => bars(holder, barRows(data.missing), width, "open", "Facts that are missing most"),
};

// Draws every chart at the width that it has, and again when that changes.
function drawCharts(data) {
  const widths = new Map();
  const draw = (holder) => {
    const width = Math.round(holder.clientWidth);
    if (width < 40 || widths.get(holder) === width) return;
    widths.set(holder, width);
    DRAWN[holder.dataset.chart](holder, data, width);
  };
  const watch = new ResizeObserver((entries) => entries.forEach((entry) => draw(entry.target)));
  for (const holder of document.querySelectorAll("[data-chart]")) {
    draw(holder);
    watch.observe(holder);
  }
}
