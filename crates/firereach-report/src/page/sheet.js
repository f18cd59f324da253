// The sheet of one site, the measures and what is said about the run.

function chip(title, code, tones, word) {
  const tone = tones.get(code) ?? tones.get("unknown");
  return el("div", { class: "chip", style: { background: tone.fill, color: tone.ink } }, el("b", {}, title), word);
}
function verdictWord(code) {
  const tone = VERDICT.get(code) ?? VERDICT.get("unknown");
  return el("span", { class: "verdict", style: { background: tone.fill, color: tone.ink } }, t(code));
}
const facts = (...pairs) => el("dl", { class: "facts" }, pairs.filter(([, v]) => v !== null && v !== undefined && v !== "")
  .map(([name, v]) => [el("dt", {}, name), el("dd", { dir: "auto" }, v)]));
const columnName = (key) => { const c = DATA.columns[COLUMN.get(key)]; return c ? pick(c.name) + (c.unit ? ` (${c.unit})` : "") : key; };
const head = (...names) => el("tr", {}, names.map((name) => el("th", { class: name.startsWith("#") ? "n" : "" }, name.replace(/^#/, ""))));
const yesNo = (v) => (v === true ? t("yes") : v === false ? t("no") : t("perhaps"));
const vehicleName = (code) => {
  const found = DATA.about.vehicles.find(([c]) => c === code);
  return found ? `${code} ${state.language === "zh" ? found[2] || found[1] : found[1]}` : code;
};

function showSheet() {
  const sheet = byId("sheet");
  document.querySelector(".frame").classList.toggle("has-sheet", state.site >= 0);
  sheet.hidden = state.site < 0;
  if (state.site < 0) return;
  const [site, scenario] = [DATA.sites[state.site], state.scenario];
  const v = (key) => value(scenario, state.site, key);
  const data = DATA.scenarios[scenario];
  const detail = data.details[state.site];
  const seconds = (key) => (v(key) === null ? t("unreached") : number(v(key)) + " s");
  const water = v("water_class") ?? "unknown";
  sheet.replaceChildren(
    el("header", {},
      el("div", {}, el("h2", { dir: "auto" }, siteName(state.site)),
        el("p", { class: "sub" }, el("bdi", {}, site.id), " · ", t(site.kind), site.grade ? " · " + t(site.grade) : "", " · ", el("bdi", {}, data.name))),
      el("button", { class: "quiet", type: "button", "aria-label": t("close"), onclick: () => choose(-1) }, "✕")),
    el("div", { class: "chips" },
      chip(t("s_response"), v("response_verdict"), VERDICT, seconds("response_s")),
      chip(t("s_access"), v("lane_verdict"), VERDICT, t(v("lane_verdict") ?? "unknown")),
      chip(t("s_water"), water, WATER, t(water) + (v("rank") === null ? "" : ` · ${t("rank")} ${v("rank")}`))),
    el("h3", {}, t("s_identity")),
    facts([t("people"), site.people === null ? null : number(site.people)], [t("storeys"), site.body.storeys],
      [t("tall"), site.body.height.some((end) => end !== null) ? withUnit(site.body.height, 1, "m") : null],
      [t("structure"), site.body.structure && t(site.body.structure)], [t("usage"), site.body.usage && t("usage_" + site.body.usage)],
      [t("lon_lat"), site.lon_lat.map((d) => d.toFixed(6)).join(", ")],
      ...site.details.map(([name, text]) => [pick(name), text])),
    el("h3", {}, t("s_response")), ...responsePart(detail, v),
    el("h3", {}, t("s_access")), ...accessPart(data, detail, v),
    el("h3", {}, t("s_water")), ...waterPart(detail, v),
    ...remedyPart(detail),
    el("h3", {}, t("s_verdicts")), rulingTable(detail));
}

const PART_COLOURS = ["#b9c4cf", "#93a7bb", "#3f6c9b", "#c9b48f", "#8a6d3b"];
const PART_NAMES = ["call", "turnout", "drive", "dismount", "walk"];

function responsePart(detail, v) {
  const most = Math.max(detail.first?.total ?? 0, detail.cautious?.total ?? 0) || 1;
  const bar = (title, arrival) => {
    if (!arrival) return el("p", { class: "note" }, title + ": " + t("nobody"));
    return el("div", {}, el("p", { class: "note" }, `${title}: `, el("bdi", {}, arrival.station), ` ${vehicleName(arrival.vehicle)} · ${number(arrival.total)} s`),
      el("div", { class: "bar", style: { width: (100 * arrival.total) / most + "%" } }, arrival.parts.map((s, i) =>
        el("span", { title: `${t(PART_NAMES[i])} ${number(s)} s`, style: { width: (100 * s) / arrival.total + "%", background: PART_COLOURS[i] } }))));
  };
  const key = el("p", { class: "note" }, PART_NAMES.map((name, i) => el("span", { style: { marginInlineEnd: "10px" } },
    el("i", { class: "dot", style: { background: PART_COLOURS[i], marginInlineEnd: "4px" } }), t(name), detail.first ? ` ${number(detail.first.parts[i])}` : "")));
  const rows = [["drive_m", v("drive_m")], ["walk_m", v("walk_m")], ["second_due_s", v("second_due_s")], ["arrive_in_time_prob", v("arrive_in_time_prob")]];
  let compared = null;
  if (state.other >= 0) {
    const { kind, gain } = change(state.other, state.scenario, state.site);
    compared = [t("by_change"), t(kind === "unreached" ? kind : "change_" + kind) + (gain === null || gain === 0 ? "" : ` (${gain > 0 ? "−" : "+"}${number(Math.abs(gain))} s)`)];
  }
  return [bar(t("first_arrival"), detail.first), bar(t("cautious"), detail.cautious), key,
    facts(...rows.map(([name, n]) => [columnName(name), n === null ? null : number(n, name.endsWith("prob") ? 2 : 0)]), ...(compared ? [compared] : []), [columnName("response_because"), v("response_because")])];
}

/** The clear width of a pinch point, or its clear height where that is what is known. */
function pinchSize(pinch) {
  const isWide = pinch[3].some((end) => end !== null);
  return isWide ? `${t("width")} ${withUnit(pinch[3], 2, "m")}` : `${t("height")} ${withUnit(pinch[4], 2, "m")}`;
}

function accessPart(data, detail, v) {
  const pinch = detail.pinch === null ? null : data.pinches[detail.pinch];
  const vehicles = (detail.vehicles ?? []).filter(([, certain, possible]) => certain !== null || possible !== null);
  const metres = (n) => (n === null ? "–" : number(n));
  return [
    facts([columnName("passability_class"), v("passability_class")],
      [t("width"), withUnit([v("clear_width_low_m"), v("clear_width_high_m")], 2, "m")],
      [t("height"), withUnit([v("clear_height_low_m"), v("clear_height_high_m")], 2, "m")],
      [columnName("largest_vehicle"), v("largest_vehicle") === null ? "–" : vehicleName(v("largest_vehicle"))],
      [columnName("largest_vehicle_possible"), v("largest_vehicle_possible") === null ? "–" : vehicleName(v("largest_vehicle_possible"))],
      [columnName("stop_to_site_m"), v("stop_to_site_m") === null ? null : number(v("stop_to_site_m"))],
      [t("pinch"), pinch ? `${textOf(pinch[1])}: ${pinchSize(pinch)} (${textOf(pinch[5])})` : null],
      [columnName("lane_because"), v("lane_because")]),
    vehicles.length ? el("table", {}, head(t("vehicle"), "#" + t("certain"), "#" + t("possible")), vehicles.map(([code, certain, possible]) =>
      el("tr", {}, el("td", {}, vehicleName(code)), el("td", { class: "n" }, metres(certain)), el("td", { class: "n" }, metres(possible)))),
      el("caption", { class: "note", style: { captionSide: "bottom", textAlign: "start" } }, t("to_site"))) : null,
  ];
}

function waterPart(detail, v) {
  const rows = (detail.sources ?? []).map((s) => el("tr", {},
    el("td", {}, el("bdi", {}, textOf(s[0])), el("span", { class: "why" }, t(s[1]))),
    el("td", { class: "n" }, number(s[2])), el("td", { class: "n" }, number(s[3])), el("td", { class: "n" }, number(s[4])), el("td", { class: "n" }, interval(s[5], 0)),
    el("td", {}, yesNo(s[6])), el("td", {}, yesNo(s[7]))));
  return [
    facts([columnName("flow_required_lps"), interval([v("flow_required_low_lps"), v("flow_required_high_lps")])],
      [t("flow_lps"), interval([v("flow_low_lps"), v("flow_high_lps")])],
      [columnName("volume_required_m3"), v("volume_required_m3") === null ? null : number(v("volume_required_m3"))],
      [columnName("gap_flow"), v("gap_flow") === null ? null : interval([v("gap_flow_low"), v("gap_flow")].map((n) => (n === null ? null : n * 100)), 0) + " %"],
      [columnName("gap_n1"), v("gap_n1") === null ? null : number(v("gap_n1") * 100) + " %" + (v("worst_failure") ? ` (${v("worst_failure")})` : "")],
      [columnName("water_because"), v("water_because")], [columnName("water_disagreement"), v("water_disagreement")]),
    rows.length ? el("table", {}, head(t("source"), "#" + t("plan_m"), "#" + t("hose_m"), "#" + t("lift_m"), "#" + t("flow_lps"), t("by_plan"), t("by_hose")), rows) : null,
  ];
}

/** What a kind of measure is called; a kind that only a study knows as it is. */
const measureKind = (kind) => (Object.hasOwn(DATA.words, "measure_" + kind) ? t("measure_" + kind) : kind.replaceAll("_", " "));

function remedyPart(detail) {
  const parts = [];
  if (detail.remedies?.length) {
    parts.push(el("h3", {}, t("s_measures")), el("table", {}, head(t("measure"), "#" + t("quantity"), "#" + t("cost"), t("after")), detail.remedies.map(
      ([kind, quantity, unit, place, , after, cost, , isProtected]) => el("tr", {},
        el("td", {}, measureKind(kind), el("span", { class: "why" }, textOf(place), isProtected ? ` · ${t("in_protection_zone")}` : "")),
        el("td", { class: "n" }, number(quantity, Number.isInteger(quantity) ? 0 : 1) + " " + t(unit)), el("td", { class: "n" }, number(cost, cost === null || Number.isInteger(cost) ? 0 : 2)),
        el("td", {}, el("span", { class: "verdict", style: { background: WATER.get(after)?.fill, color: WATER.get(after)?.ink } }, t(after)))))));
  }
  if (detail.surveys?.length) parts.push(el("h3", {}, t("s_surveys")), el("ul", {}, detail.surveys.map((survey) => el("li", {}, textOf(survey)))));
  return parts;
}

const UNITS = { lps: "L/s", m3: "m³", percent: "%", share: "", kmh: "km/h", t: "t", count: "" };
function rulingTable(detail) {
  const order = ["mandatory_fail", "advisory_fail", "exempt_with_plan", "unknown", "pass"];
  const rulings = detail.rulings.slice().sort((a, b) => order.indexOf(a[1]) - order.indexOf(b[1]));
  return el("table", {}, head(t("rule"), "#" + t("measured"), "#" + t("limit"), t("verdict")), rulings.map(([rule, code, low, high, isReached, because, id]) => {
    const known = rule === null ? null : DATA.rules[rule];
    const unit = known ? UNITS[known.unit] ?? known.unit : "";
    const decimals = known && (known.unit === "m" || known.unit === "share") ? 2 : 0;
    return el("tr", {},
      el("td", {}, id, " ", known ? pick(known.says) : "", el("span", { class: "why" }, known?.basis ?? ""), el("span", { class: "why" }, textOf(because))),
      el("td", { class: "n" }, isReached ? interval([low, high], decimals) + (low === null && high === null ? "" : ` ${unit}`) : t("not_reached")),
      el("td", { class: "n" }, known ? `${known.sign} ${known.limit} ${unit}` : ""),
      el("td", {}, verdictWord(code)));
  }));
}

function showMeasures() {
  const groups = new Map();
  for (const m of DATA.measures) {
    const key = [m.lead ?? "", m.due ?? ""].join("\u0000");
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(m);
  }
  const MOST = 400;
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
      el("table", {}, head(t("measure"), t("sites"), "#" + t("quantity"), "#" + t("cost")), list.slice(0, MOST).map(row))].filter(Boolean);
  }));
}

function showAbout() {
  const a = DATA.about;
  byId("panel-about").replaceChildren(
    el("h3", {}, t("a_data")),
    facts([t("data_date"), a.data_date ?? t("not_stated")], [t("crs"), a.crs], [t("rule_pack"), a.rule_pack], [t("rules_as_of"), a.rules_as_of], [t("version"), a.version],
      [t("digest"), el("span", { class: "digest" }, a.digest)]),
    el("h3", {}, t("scenario")),
    el("table", {}, DATA.scenarios.map((s, i) => el("tr", {}, el("td", {}, el("bdi", {}, s.name), i === 0 ? ` (${t("base")})` : "", s.hour === null ? "" : el("span", { class: "why" }, `${s.hour} ${t("hour")}`)),
      el("td", {}, s.changes.map((text) => el("div", { dir: "auto" }, text)))))),
    el("h3", {}, t("a_counts")),
    el("table", {}, a.counts.map(([layer, file, read, kept, repaired, aside]) => el("tr", {}, el("td", {}, layer, el("span", { class: "why" }, file)), el("td", { class: "n" }, `${read} = ${kept} + ${repaired} + ${aside}`)))),
    el("h3", {}, t("a_files")),
    el("table", {}, a.inputs.map(([file, sha]) => el("tr", {}, el("td", {}, file, el("span", { class: "why digest" }, sha))))),
    el("h3", {}, t("a_columns")),
    el("table", {}, DATA.columns.filter((c) => pick(c.says)).map((c) => el("tr", {}, el("td", {}, pick(c.name), c.unit ? ` (${c.unit})` : ""), el("td", {}, pick(c.says))))));
}
