// The sheet of one site, the measures and what is said about the run.

function chip(title, code, tones, word) {
  const tone = tones.get(code) ?? tones.get("unknown");
  return el("div", { class: "chip", style: { background: tone.fill, color: tone.ink } }, el("b", {}, title), word);
}
const facts = (...pairs) => el("dl", { class: "facts" }, pairs.filter(([, v]) => v !== null && v !== undefined && v !== "")
  .map(([name, v]) => [el("dt", {}, name), el("dd", { dir: "auto" }, v)]));
const head = (...names) => el("tr", {}, names.map((name) => el("th", { class: name.startsWith("#") ? "n" : "" }, name.replace(/^#/, ""))));
const vehicleName = (code) => {
  const found = DATA.about.vehicles.find(([c]) => c === code);
  return found ? `${code} ${state.language === "zh" ? found[2] || found[1] : found[1]}` : code;
};

// A policy sheet as the page has it: blocks of facts and rows, every part said once.
const UNKNOWN = 1, ASSUMED = 2;
const valueOf = memo((number) => {
  const [text, unit, verdict, doubt] = DATA.sheets.values[number];
  return { number: text, unit, verdict, isUnknown: (doubt & UNKNOWN) > 0, isAssumed: (doubt & ASSUMED) > 0 };
});
const blockOf = memo((number) => {
  const [key, title, facts, headings, rows, note] = DATA.sheets.blocks[number];
  return {
    key, title, note,
    facts: facts.map((fact) => DATA.sheets.facts[fact]).map(([label, value, basis]) => ({ label, value: valueOf(value), basis })),
    headings: DATA.sheets.headings[headings].map(([name, text, unit]) => ({ name, text, unit })),
    rows: rows.map((row) => DATA.sheets.rows[row].map(valueOf)),
  };
});
/** The columns of a grid that stand side by side; the others stand in a line below, each with its heading. */
const BESIDE = {
  response: ["scenario", "arrival", "response", "lane", "water"],
  sources: ["source", "plan", "hose", "lift", "flow", "in_plan", "by_hose"],
  measures: ["number", "measure", "quantity", "cost"],
  separation: ["neighbour", "distance", "required", "verdict"],
  verdicts: ["rule", "measured", "limit", "verdict"],
  streets: ["street", "width", "height", "class", "verdict"],
  relics: ["name", "response", "lane", "water"],
};
const MOST_BESIDE = 6;
/** Rows shown at once; a button tells how many more there are, and paper shows them all. */
const ROWS_AT_ONCE = 12;
/** The blocks that the reader has folded. */
const folded = new Set();

/** A value as text, marked where it is assumed. */
function said(value) {
  const text = textOf(value.number), unit = textOf(value.unit);
  return text + (unit && text ? " " + unit : "") + (value.isAssumed ? " *" : "");
}
function valueNode(value) {
  const tone = value.verdict && VERDICT.get(value.verdict);
  if (tone) return el("span", { class: "verdict", style: { background: tone.fill, color: tone.ink } }, said(value));
  return value.isUnknown ? el("span", { class: "unknown" }, said(value)) : said(value);
}
const isNumber = (value) => /^[≤≥]? ?-?[\d.–]+$/.test(textOf(value.number));

function blockNode(block, { before = null, after = null } = {}) {
  const rows = block.key === "verdicts" ? worstFirst(block.rows) : block.rows;
  const note = textOf(block.note);
  return el("details", { open: !folded.has(block.key), "data-block": block.key, ontoggle: (e) => folded[e.target.open ? "delete" : "add"](block.key) },
    el("summary", {}, el("h3", {}, textOf(block.title))),
    before,
    block.facts.length ? facts(...block.facts.map((fact) => [textOf(fact.label),
      [valueNode(fact.value), textOf(fact.basis) ? el("span", { class: "why" }, textOf(fact.basis)) : null]])) : null,
    after,
    rows.length ? gridNode(block, rows) : null,
    note ? el("p", { class: "note", dir: "auto" }, note) : null);
}

function gridNode({ key, headings }, rows) {
  const all = headings.map((_, index) => index);
  const named = (BESIDE[key] ?? []).map((name) => headings.findIndex((heading) => heading.name === name)).filter((index) => index >= 0);
  const beside = named.length ? named : all.slice(0, MOST_BESIDE);
  const under = all.filter((index) => !beside.includes(index));
  const unit = (index) => (textOf(headings[index].unit) ? ` (${textOf(headings[index].unit)})` : "");
  const isRight = (index) => rows.every((row) => !textOf(row[index].number) || row[index].isUnknown || isNumber(row[index])) && rows.some((row) => isNumber(row[index]));
  const isShort = (index) => rows.every((row) => said(row[index]).length <= 9);
  const classes = new Map(beside.map((index) => [index, (isRight(index) ? "n " : "") + (isShort(index) ? "short" : "")]));
  const bodies = rows.map((row, place) => el("tbody", { class: place < ROWS_AT_ONCE ? null : "later" },
    el("tr", {}, beside.map((index) => el("td", { class: classes.get(index), dir: "auto" }, valueNode(row[index])))),
    under.some((index) => said(row[index])) ? el("tr", { class: "under" }, el("td", { colspan: beside.length },
      under.filter((index) => said(row[index])).map((index) => el("span", { dir: "auto" }, el("b", {}, textOf(headings[index].text) + unit(index)), " ", valueNode(row[index]))))) : null));
  const table = el("table", {}, el("thead", {}, el("tr", {}, beside.map((index) => el("th", { class: classes.get(index), scope: "col" }, textOf(headings[index].text) + unit(index))))), bodies);
  const rest = rows.length - ROWS_AT_ONCE;
  if (rest <= 0) return table;
  const button = el("button", { class: "quiet more", type: "button", onclick: () => { table.classList.add("whole"); button.remove(); } }, t("show_rest").replace("{}", rest));
  return [table, button];
}

const ORDER = ["mandatory_fail", "advisory_fail", "exempt_with_plan", "unknown", "pass"];
/** Rows by their worst verdict; the order of the sheet within one. */
function worstFirst(rows) {
  const worst = (row) => Math.min(ORDER.length, ...row.filter((value) => value.verdict).map((value) => ORDER.indexOf(value.verdict)));
  return rows.map((row, index) => [worst(row), index, row]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , row]) => row);
}

function showSheet() {
  const sheet = byId("sheet");
  document.querySelector(".frame").classList.toggle("has-sheet", state.site >= 0);
  sheet.hidden = state.site < 0;
  if (state.site < 0) return;
  const [site, scenario] = [DATA.sites[state.site], state.scenario];
  const v = (key) => value(scenario, state.site, key);
  const data = DATA.scenarios[scenario];
  const detail = data.details[state.site];
  const water = v("water_class") ?? "unknown";
  const blocks = detail.sheet.map(blockOf);
  const extra = { response: (detail) => ({ before: responseBars(detail) }), access: (detail) => ({ after: vehicleTable(detail) }) };
  sheet.replaceChildren(
    el("header", {},
      el("div", {}, el("h2", { dir: "auto" }, siteName(state.site)),
        el("p", { class: "sub" }, el("bdi", {}, site.id), " · ", t(site.kind), site.grade ? " · " + t(site.grade) : "", " · ", el("bdi", {}, data.name))),
      el("button", { class: "quiet", type: "button", "aria-label": t("close"), onclick: () => choose(-1) }, "✕")),
    el("div", { class: "chips" },
      chip(t("by_response"), v("response_verdict"), VERDICT, v("response_s") === null ? t("unreached") : number(v("response_s")) + " s"),
      chip(t("by_lane"), v("lane_verdict"), VERDICT, t(v("lane_verdict") ?? "unknown")),
      chip(t("by_water"), water, WATER, t(water) + (v("rank") === null ? "" : ` · ${t("rank")} ${v("rank")}`))),
    ...blocks.map((block) => blockNode(block, extra[block.key]?.(detail))),
    el("p", { class: "note" }, t("assumed_note")));
}

const PART_COLOURS = ["#b9c4cf", "#93a7bb", "#3f6c9b", "#c9b48f", "#8a6d3b"];
const PART_NAMES = ["call", "turnout", "drive", "dismount", "walk"];

/** The first arrival as a bar of its parts, hopeful and cautious, and what the other scenario changes. */
function responseBars(detail) {
  const most = Math.max(detail.first?.total ?? 0, detail.cautious?.total ?? 0) || 1;
  const bar = (title, arrival) => {
    if (!arrival) return el("p", { class: "note" }, title + ": " + t("nobody"));
    return el("div", {}, el("p", { class: "note" }, `${title}: `, el("bdi", {}, arrival.station), ` ${vehicleName(arrival.vehicle)} · ${number(arrival.total)} s`),
      el("div", { class: "bar", style: { width: (100 * arrival.total) / most + "%" } }, arrival.parts.map((s, i) =>
        el("span", { title: `${t(PART_NAMES[i])} ${number(s)} s`, style: { width: (100 * s) / arrival.total + "%", background: PART_COLOURS[i] } }))));
  };
  const key = el("p", { class: "note" }, PART_NAMES.map((name, i) => el("span", { style: { marginInlineEnd: "10px" } },
    el("i", { class: "dot", style: { background: PART_COLOURS[i], marginInlineEnd: "4px" } }), t(name))));
  const parts = [bar(t("first_arrival"), detail.first), bar(t("cautious"), detail.cautious), key];
  if (state.other >= 0) {
    const { kind, gain } = change(state.other, state.scenario, state.site);
    parts.push(facts([t("by_change"), t(kind === "unreached" ? kind : "change_" + kind) + (gain === null || gain === 0 ? "" : ` (${gain > 0 ? "−" : "+"}${number(Math.abs(gain))} s)`)]));
  }
  return parts;
}

/** The clear width of a pinch point, or its clear height where that is what is known. */
function pinchSize(pinch) {
  const isWide = pinch[2].some((end) => end !== null);
  return isWide ? `${t("width")} ${withUnit(pinch[2], 2, "m")}` : `${t("height")} ${withUnit(pinch[3], 2, "m")}`;
}

/** How near every vehicle comes, for certain and possibly. */
function vehicleTable(detail) {
  const vehicles = (detail.vehicles ?? []).filter(([, certain, possible]) => certain !== null || possible !== null);
  if (!vehicles.length) return null;
  const metres = (n) => (n === null ? "–" : number(n));
  return el("table", {}, el("caption", { class: "note" }, t("to_site")), head(t("vehicle"), "#" + t("certain"), "#" + t("possible")), vehicles.map(([code, certain, possible]) =>
    el("tr", {}, el("td", {}, vehicleName(code)), el("td", { class: "n" }, metres(certain)), el("td", { class: "n" }, metres(possible)))));
}

/** What a kind of measure is called; a kind that only a study knows as it is. */
const measureKind = (kind) => (Object.hasOwn(DATA.words, "measure_" + kind) ? t("measure_" + kind) : kind.replaceAll("_", " "));

function showMeasures() {
  const groups = new Map();
  for (const m of DATA.measures) {
    const key = [m.lead ?? "", m.due ?? ""].join("\u0000");
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(m);
  }
  const sorted = [...groups.entries()].sort(([a], [b]) => (a[0] === "\u0000") - (b[0] === "\u0000") || (a < b ? -1 : 1));
  byId("panel-todo").replaceChildren(el("p", { class: "note" }, t("scenario"), ": ", el("bdi", {}, DATA.scenarios[0]?.name ?? "")), ...sorted.flatMap(([key, list]) => {
    const [lead, due] = key.split("\u0000");
    const row = (m) => {
      const site = m.site === null ? -1 : SITE_INDEX.get(m.site) ?? -1;
      return el("tr", {}, el("td", {}, measureKind(m.kind), el("span", { class: "why" }, textOf(m.place))),
        el("td", {}, site < 0 ? "" : el("a", { href: "#", onclick: (e) => { e.preventDefault(); choose(site, true); } }, el("bdi", {}, siteName(site)))),
        el("td", { class: "n" }, number(m.quantity, Number.isInteger(m.quantity) ? 0 : 1) + " " + t(m.unit)), el("td", { class: "n" }, number(m.cost, m.cost === null || Number.isInteger(m.cost) ? 0 : 2)));
    };
    return [el("h3", { dir: "auto" }, (lead || t("no_lead")) + (due ? ` · ${t("due")} ${due}` : "")),
      list[0].support ? el("p", { class: "note" }, t("support") + ": ", el("bdi", {}, list[0].support)) : null,
      el("table", {}, head(t("measure"), t("sites"), "#" + t("quantity"), "#" + t("cost")), list.map(row))].filter(Boolean);
  }));
}

function showAbout() {
  const a = DATA.about;
  byId("panel-about").replaceChildren(
    el("h3", {}, t("a_data")),
    facts([t("data_date"), a.data_date ?? t("not_stated")], [t("crs"), a.crs], [t("rule_pack"), a.rule_pack], [t("rules_as_of"), a.rules_as_of], [t("version"), a.version], [t("sources"), pick(a.sources)],
      [t("digest"), el("span", { class: "digest" }, a.digest)]),
    el("h3", {}, t("scenario")),
    el("table", {}, DATA.scenarios.map((s, i) => el("tr", {}, el("td", {}, el("bdi", {}, s.name), i === 0 ? ` (${t("base")})` : "", s.hour === null ? "" : el("span", { class: "why" }, `${s.hour} ${t("hour")}`)),
      el("td", {}, s.changes.map((text) => el("div", { dir: "auto" }, text)))))),
    el("h3", {}, t("a_counts")),
    el("table", {}, a.counts.map(([layer, file, read, kept, repaired, aside]) => el("tr", {}, el("td", {}, layer, el("span", { class: "why" }, file)), el("td", { class: "n" }, `${read} = ${kept} + ${repaired} + ${aside}`)))),
    el("h3", {}, t("a_files")),
    el("table", {}, a.inputs.map(([file, sha]) => el("tr", {}, el("td", {}, file, el("span", { class: "why digest" }, sha))))),
    el("h3", {}, t("a_columns")),
    el("table", {}, DATA.columns.map((c) => el("tr", {}, el("td", {}, pick(c.name), c.unit ? ` (${c.unit})` : ""), el("td", {}, pick(c.says))))));
}
