// What the reader does: chooses, searches, filters, moves the map, switches the language.

const SITE_INDEX = new Map(DATA.sites.map((site, index) => [site.id, index]));
const listed = new Set(DATA.sites.keys());
const isListed = (site) => listed.has(site);
let sorted = [...DATA.sites.keys()];

/** What a site is found by: its code, its name and what its sheet says of its identity, in both languages. */
const searched = memo((site) => {
  const said = DATA.scenarios[0].details[site].sheet.map(blockOf).filter((block) => block.key === "identity")
    .flatMap((block) => block.facts.map((fact) => fact.value.number)).flatMap((number) => [DATA.texts[number], DATA.texts_zh[number] ?? ""]);
  return [DATA.sites[site].id, DATA.sites[site].name ?? "", ...said].join("\n").toLowerCase();
});

/** The sites that pass the filters, in the chosen order. */
function filter() {
  const wanted = byId("search").value.trim().toLowerCase();
  const kind = byId("by-kind").value, code = byId("by-class").value, order = byId("sort").value;
  listed.clear();
  for (const [index, site] of DATA.sites.entries()) {
    if (wanted && !searched(index).includes(wanted)) continue;
    if (kind && site.kind !== kind) continue;
    if (code && result(state.scenario, index).code !== code) continue;
    listed.add(index);
  }
  const v = (site, key) => value(state.scenario, site, key);
  const gain = (site) => {
    const { kind: what, gain: s } = change(state.other >= 0 ? state.other : 0, state.scenario, site);
    return what === "new" ? Infinity : what === "lost" ? -Infinity : s ?? 0;
  };
  const by = {
    rank: (a, b) => (v(a, "rank") ?? Infinity) - (v(b, "rank") ?? Infinity) || a - b,
    response: (a, b) => { const [x, y] = [v(a, "response_s") ?? Infinity, v(b, "response_s") ?? Infinity]; return x === y ? a - b : y - x; },
    change: (a, b) => { const [x, y] = [gain(a), gain(b)]; return x === y ? a - b : y - x; },
    id: (a, b) => a - b,
  };
  sorted = [...listed].sort(by[order] ?? by.rank);
  showList();
  redraw();
}

function showList() {
  byId("count").textContent = `${sorted.length} ${t("of")} ${DATA.sites.length} ${t("shown")}`;
  byId("list").replaceChildren(...sorted.map((site) => {
    const s = DATA.sites[site];
    const { colour, marker } = result(state.scenario, site);
    const time = value(state.scenario, site, "response_s");
    const rank = value(state.scenario, site, "rank");
    const dots = [["response", VERDICT], ["lane", VERDICT], ["water", WATER]].map(([theme]) => {
      const { code, colour: c } = result(state.scenario, site, theme);
      return el("i", { class: "dot" + (code === "unknown" ? " hollow" : ""), title: `${t("by_" + theme)}: ${t(code)}`, style: { background: c } });
    });
    return el("li", { "data-site": site, "aria-current": site === state.site ? "true" : null },
      el("button", { type: "button", onclick: () => choose(site, true) }, markPicture(marker, colour),
        el("span", { class: "name", dir: "auto" }, siteName(site)), el("span", { class: "time" }, time === null ? t("unreached") : number(time) + " s"),
        el("span", { class: "what" }, el("bdi", {}, s.id), ` · ${t(s.kind)}${s.grade ? " · " + t(s.grade) : ""}${rank === null ? "" : ` · ${t("rank")} ${rank}`}`),
        el("span", { class: "dots" }, dots)));
  }));
  if (!sorted.length) byId("list").append(el("li", { class: "count" }, t("none_found")));
}

function choose(site, isMoved = false) {
  const hadSheet = state.site >= 0;
  state.site = site;
  showSheet();
  for (const item of byId("list").children) {
    const isCurrent = Number(item.dataset.site) === site;
    item.toggleAttribute("aria-current", false);
    if (isCurrent) item.setAttribute("aria-current", "true");
  }
  if (hadSheet !== site >= 0) resize();
  if (site >= 0) {
    byId("sheet").scrollTop = 0;
    const detail = DATA.scenarios[state.scenario].details[site];
    const ways = [detail.first?.walk, ...(detail.hoses ?? []), DATA.sites[site].shape].filter((s) => s !== null && s !== undefined);
    if (isMoved) {
      const box = boxOf(ways, [DATA.sites[site].at]);
      const room = 800;
      fit([box[0] - room, box[1] - room, box[2] + room, box[3] + room]);
    }
  }
  remember();
  redraw();
}

/** The choice in the address, so that a link leads back to it. */
function remember() {
  const parts = new URLSearchParams();
  if (state.scenario) parts.set("s", state.scenario);
  if (state.other >= 0) parts.set("o", state.other);
  if (state.site >= 0) parts.set("site", DATA.sites[state.site].id);
  if (state.language !== DATA.language) parts.set("lang", state.language);
  try {
    history.replaceState(null, "", "#" + parts);
  } catch {
    // Some browsers refuse this for files; nothing depends on it.
  }
}
function recall() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const index = (key) => (/^\d+$/.test(parts.get(key) ?? "") && Number(parts.get(key)) < DATA.scenarios.length ? Number(parts.get(key)) : null);
  state.scenario = index("s") ?? 0;
  state.other = index("o") ?? -1;
  state.site = SITE_INDEX.get(parts.get("site")) ?? -1;
  if (["en", "zh"].includes(parts.get("lang"))) state.language = parts.get("lang");
}

function options(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([v, text]) => el("option", { value: v, selected: String(v) === String(chosen) }, text)));
  select.value = String(chosen);
}

/** Everything that is written in words. */
function speak() {
  document.documentElement.lang = state.language === "zh" ? "zh-Hans" : "en";
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  byId("title").textContent = DATA.about.title;
  const about = [DATA.about.data_date && `${t("data_date")} ${DATA.about.data_date}`, `${t("rule_pack")} ${DATA.about.rule_pack}, ${DATA.about.rules_as_of}`, `firereach ${DATA.about.version}`];
  byId("subtitle").textContent = about.filter(Boolean).join(" · ");
  byId("banner").hidden = !DATA.about.banner;
  byId("banner").textContent = DATA.about.banner ?? "";
  const names = DATA.scenarios.map((s, i) => [i, s.name]);
  options(byId("scenario"), names, state.scenario);
  options(byId("other"), [[-1, t("no_comparison")], ...names.filter(([i]) => i !== state.scenario)], state.other);
  byId("search").placeholder = t("search");
  for (const [id, key] of [["search", "search"], ["by-kind", "kind"], ["by-class", "result"], ["sort", "sort"], ["zoom-in", "zoom_in"], ["zoom-out", "zoom_out"], ["whole", "whole"], ["map", "map"], ["swipe", "swipe"]]) byId(id).setAttribute("aria-label", t(key));
  for (const id of ["zoom-in", "zoom-out", "whole", "swipe"]) byId(id).title = byId(id).getAttribute("aria-label");
  const kinds = [...new Set(DATA.sites.map((site) => site.kind))];
  options(byId("by-kind"), [["", t("all_kinds")], ...kinds.map((kind) => [kind, t(kind)])], byId("by-kind").value);
  speakTheme();
  showLayers();
  showSheet();
  showMeasures();
  showAbout();
}

/** What depends on the scenario or the theme. */
function speakTheme() {
  const code = byId("by-class").value;
  const present = codesOf(state.theme).filter((c) => DATA.sites.some((_, site) => result(state.scenario, site).code === c));
  options(byId("by-class"), [["", t("all_classes")], ...present.map((c) => [c, wordOf(state.theme, c)])], present.includes(code) ? code : "");
  const order = byId("sort").value || "rank";
  const orders = ["rank", "response", "id", ...(state.other >= 0 ? ["change"] : [])];
  options(byId("sort"), orders.map((o) => [o, t("sort_" + o)]), orders.includes(order) ? order : "rank");
  filter();
  showLegend();
  showCharts();
  for (const [id, scenario] of [["side-a", state.other], ["side-b", state.scenario]]) {
    byId(id).hidden = state.other < 0;
    if (state.other >= 0) byId(id).textContent = DATA.scenarios[scenario].name;
  }
  byId("swipe").hidden = state.other < 0;
  placeSwipe();
}

function showLayers() {
  byId("layer-list").replaceChildren(...Object.keys(shown).map((key) => el("label", {},
    el("input", { type: "checkbox", checked: shown[key], "data-layer": key, onchange: (e) => { shown[key] = e.target.checked; showLegend(); redraw(); } }), t("layer_" + key))));
}

function showLegend() {
  const rows = [];
  const row = (picture, text) => rows.push(el("div", { class: "row" }, picture, el("span", {}, text)));
  const headline = (text) => rows.push(el("div", { class: "head" }, text));
  const line = (colour, width, dash = "") => svg("svg", { viewBox: "0 0 26 14" }, svg("line", { x1: 1, y1: 7, x2: 25, y2: 7, stroke: colour, "stroke-width": width, "stroke-dasharray": dash }));
  const box = (colour, edge = "none", dash = "") => svg("svg", { viewBox: "0 0 26 14" }, svg("rect", { x: 2, y: 1.5, width: 22, height: 11, fill: colour, stroke: edge, "stroke-dasharray": dash }));
  if (shown.sites) {
    const themes = ["response", "lane", "water", ...(state.other >= 0 ? ["change"] : [])];
    const select = el("select", { "aria-label": t("colour_by"), id: "theme", onchange: (e) => { state.theme = e.target.value; speakTheme(); } });
    options(select, themes.map((theme) => [theme, t("by_" + theme)]), state.theme);
    rows.push(el("div", { class: "head" }, t("colour_by")), select);
    const present = new Set(DATA.sites.flatMap((_, site) => [state.scenario, ...(state.other >= 0 ? [state.other] : [])].map((s) => result(s, site).code)));
    for (const code of codesOf(state.theme)) if (present.has(code)) row(markPicture(MARKER[code] ?? "hollow", colourOf(state.theme, code)), wordOf(state.theme, code));
  }
  if (shown.lanes) {
    headline(t("layer_lanes"));
    for (const [code, colour] of SYMBOLS.lanes) row(line(colour, LANE_WIDTH[code]), `${code} ${t(code.toLowerCase())}`);
    const wide = SYMBOLS.lanes[0][1];
    row(svg("svg", { viewBox: "0 0 26 14" }, ...[[wide, 4], [pale(wide), 2]].map(([stroke, width]) => svg("line", { x1: 1, y1: 7, x2: 25, y2: 7, stroke, "stroke-width": width }))), t("by_road_only"));
    row(line("#9aa0a6", 1.8, "5 3"), t("nobody_knows"));
  }
  if (shown.reached) {
    headline(t("layer_reached"));
    const bands = reachedOf(state.scenario);
    bands.slice().reverse().forEach(({ seconds }, i) => row(box(bandColour(i, bands.length)), `≤ ${seconds} s`));
  }
  if (shown.stations) {
    const used = DATA.scenarios[state.scenario].stations;
    row(svg("svg", { viewBox: "0 0 26 14" }, svg("rect", { x: 7, y: 1, width: 12, height: 12, fill: "#fdf1f1", stroke: SYMBOLS.fail, "stroke-width": 1.6 }), svg("path", { d: "M10 11 L13 4 L16 11 Z", fill: SYMBOLS.fail })), t("station"));
    if (used.some((s) => s.is_proposed)) row(svg("svg", { viewBox: "0 0 26 14" }, svg("rect", { x: 7, y: 1, width: 12, height: 12, fill: "#fff", stroke: SYMBOLS.fail, "stroke-width": 1.6, "stroke-dasharray": "3 2" }), svg("path", { d: "M10 11 L13 4 L16 11 Z", fill: SYMBOLS.fail })), `${t("station")}, ${t("proposed")}`);
  }
  const disc = (fill, edge, dash = "") => svg("svg", { viewBox: "0 0 26 14" }, svg("circle", { cx: 13, cy: 7, r: 4.5, fill, stroke: edge, "stroke-width": 1.4, "stroke-dasharray": dash }));
  if (shown.hydrants) {
    row(disc(SYMBOLS.hydrant, "#fff"), `${t("hydrant")}, ${t("in_service")}`);
    row(disc("#fff", SYMBOLS.hydrant, "2 1.4"), `${t("hydrant")}, ${t("unknown")}`);
    row(disc("#fff", SYMBOLS.fail), `${t("hydrant")}, ${t("out_of_service")}`);
  }
  if (shown.pinches) {
    row(markPicture("triangle", "#8c1d27"), t("pinch"));
    row(markPicture("triangle", "#e0912b"), `${t("pinch")}, ${t("removable")}`);
  }
  if (shown.zones) {
    for (const kind of new Set(BASE.zones.map((zone) => zone.kind))) {
      if (BORDERS.includes(kind)) row(line(kind === "subdistrict" ? "#a9aeb4" : "#5d6670", 1.4, "6 3"), pick(ZONE.get(kind).name));
      else if (AREA_ORDER.includes(kind)) row(box(ZONE.get(kind).colour, kind === "historic_block" || kind === "character_area" ? SYMBOLS.heritage : "none", kind === "character_area" ? "3 2" : ""), pick(ZONE.get(kind).name));
    }
  }
  byId("legend-list").replaceChildren(...rows);
}

function tip(found, px, py) {
  const box = byId("tip");
  box.hidden = !found;
  canvas.classList.toggle("over", Boolean(found?.site >= 0));
  if (!found) return;
  const lines = [];
  let title = "";
  if (found.site >= 0) {
    title = siteName(found.site);
    const s = value(found.scenario, found.site, "response_s");
    lines.push(`${DATA.sites[found.site].id} · ${t(DATA.sites[found.site].kind)}`, `${t("by_response")}: ${s === null ? t("unreached") : number(s) + " s"} · ${t(value(found.scenario, found.site, "response_verdict") ?? "unknown")}`,
      `${t("by_lane")}: ${t(value(found.scenario, found.site, "lane_verdict") ?? "unknown")} · ${t("by_water")}: ${t(value(found.scenario, found.site, "water_class") ?? "unknown")}`);
  } else if (found.station) {
    const s = found.station;
    title = s.name || s.id;
    lines.push(`${s.id} · ${s.kind === "unknown" ? t("station") : t(s.kind)}${s.is_proposed ? " · " + t("proposed") : ""}${s.is_staffed ? "" : " · " + t("not_staffed")}`, s.vehicles);
  } else if (found.pinch) {
    title = `${t("pinch")} ${textOf(found.pinch[1])}`;
    lines.push(pinchSize(found.pinch), textOf(found.pinch[4]), found.pinch[5] === true ? t("removable") : found.pinch[5] === false ? t("not_removable") : "");
  } else if (found.hydrant) {
    title = `${t("hydrant")} ${textOf(found.hydrant[1])}`;
    lines.push(`${t(found.hydrant[2])} · ${withUnit(found.hydrant[3], 0, "L/s")}`);
  } else if (found.source) {
    title = found.source.name || found.source.id;
    lines.push(t(found.source.kind));
  } else if (found.lane) {
    const [, low, high, road, least, greatest] = found.lane;
    const [id, name] = DATA.base.roads[road] ?? ["", null];
    const [a, b] = [textOf(low), textOf(high)];
    title = name || id;
    lines.push(`${t("lane")} ${a === b ? a : `${a}–${b}`} · ${t("width")} ${withUnit([least, greatest], 2, "m")}`);
  }
  box.replaceChildren(el("b", { dir: "auto" }, title), ...lines.filter(Boolean).map((text) => el("div", { dir: "auto" }, text)));
  const room = byId("stage").getBoundingClientRect();
  box.style.left = Math.max(4, Math.min(px + 14, room.width - box.offsetWidth - 6)) + "px";
  box.style.top = Math.max(4, py + 16 + box.offsetHeight > room.height ? py - box.offsetHeight - 10 : py + 16) + "px";
}

function placeSwipe() {
  const handle = byId("swipe");
  const line = view.width * state.split;
  handle.style.left = line + "px";
  byId("side-a").style.right = view.width - line + 18 + "px";
  byId("side-b").style.left = line + 18 + "px";
  for (const id of ["side-a", "side-b"]) byId(id).style.maxWidth = Math.max(0, (id === "side-a" ? line - 50 : view.width - line - covered()) - 30) + "px";
  handle.setAttribute("aria-valuenow", Math.round(state.split * 100));
}
function setSplit(share) {
  state.split = Math.min(0.98, Math.max(0.02, share));
  redraw();
}

/** One finger or the mouse moves the map, two fingers zoom it. */
function listenToMap() {
  const fingers = new Map();
  let moved = 0, spread = 0;
  const place = (e) => { const box = canvas.getBoundingClientRect(); return [e.clientX - box.left, e.clientY - box.top]; };
  canvas.addEventListener("pointerdown", (e) => {
    canvas.setPointerCapture(e.pointerId);
    fingers.set(e.pointerId, place(e));
    moved = 0;
    spread = 0;
    canvas.classList.add("drag");
  });
  canvas.addEventListener("pointermove", (e) => {
    const [x, y] = place(e);
    const before = fingers.get(e.pointerId);
    if (!before) {
      hovered = under(x, y);
      tip(hovered, x, y);
      return;
    }
    fingers.set(e.pointerId, [x, y]);
    if (fingers.size === 1) {
      moved += Math.abs(x - before[0]) + Math.abs(y - before[1]);
      view.x -= (x - before[0]) / view.scale;
      view.y += (y - before[1]) / view.scale;
      if (moved > 4) byId("tip").hidden = true;
      redraw();
    } else if (fingers.size === 2) {
      const [a, b] = [...fingers.values()];
      const now = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (spread) zoom(now / spread, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      spread = now;
      moved = 99;
    }
  });
  const lift = (e) => {
    if (fingers.delete(e.pointerId) && e.type === "pointerup" && moved <= 4 && fingers.size === 0) {
      const [x, y] = place(e);
      const found = under(x, y);
      tip(found, x, y);
      if (found?.site >= 0) choose(found.site);
      else if (!found) choose(-1);
    }
    spread = 0;
    if (!fingers.size) canvas.classList.remove("drag");
  };
  for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, lift);
  canvas.addEventListener("pointerleave", () => { byId("tip").hidden = true; });
  canvas.addEventListener("wheel", (e) => {
    e.preventDefault();
    zoom(Math.exp(-e.deltaY * (e.deltaMode === 1 ? 0.05 : 0.0016)), ...place(e));
  }, { passive: false });
  canvas.addEventListener("dblclick", (e) => zoom(2, ...place(e)));
  canvas.addEventListener("keydown", (e) => {
    const step = 60 / view.scale;
    const act = {
      ArrowLeft: () => { view.x -= step; }, ArrowRight: () => { view.x += step; }, ArrowUp: () => { view.y += step; }, ArrowDown: () => { view.y -= step; },
      "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), 0: whole,
    }[e.key];
    if (!act) return;
    e.preventDefault();
    act();
    redraw();
  });
  const handle = byId("swipe");
  handle.addEventListener("pointerdown", (e) => { e.preventDefault(); handle.setPointerCapture(e.pointerId); handle.focus(); });
  handle.addEventListener("pointermove", (e) => {
    if (!handle.hasPointerCapture(e.pointerId)) return;
    const box = canvas.getBoundingClientRect();
    setSplit((e.clientX - box.left) / box.width);
  });
  handle.addEventListener("keydown", (e) => {
    const by = { ArrowLeft: -0.02, ArrowRight: 0.02, Home: -1, End: 1 }[e.key];
    if (by === undefined) return;
    e.preventDefault();
    setSplit(state.split + by);
  });
}

function listen() {
  byId("scenario").addEventListener("change", (e) => {
    state.scenario = Number(e.target.value);
    if (state.other === state.scenario) state.other = -1;
    if (state.other < 0 && state.theme === "change") state.theme = "response";
    speak();
    remember();
  });
  byId("other").addEventListener("change", (e) => {
    const isFirst = state.other < 0;
    state.other = Number(e.target.value);
    if (state.other < 0 && state.theme === "change") state.theme = "response";
    if (state.other >= 0 && isFirst) state.split = (view.width - covered()) / 2 / view.width;
    speakTheme();
    showSheet();
    remember();
  });
  for (const id of ["by-kind", "by-class", "sort"]) byId(id).addEventListener("change", filter);
  byId("search").addEventListener("input", filter);
  byId("language").addEventListener("click", () => { state.language = state.language === "zh" ? "en" : "zh"; speak(); remember(); });
  window.addEventListener("beforeprint", () => { byId("legend").open = true; toPaper(); });
  window.addEventListener("afterprint", toScreenAgain);
  byId("print").addEventListener("click", () => window.print());
  byId("zoom-in").addEventListener("click", () => zoom(1.5));
  byId("zoom-out").addEventListener("click", () => zoom(1 / 1.5));
  byId("whole").addEventListener("click", whole);
  const tabs = ["sites", "charts", "todo", "about"];
  const open = (name, isFocused) => {
    for (const other of tabs) {
      const tab = byId("tab-" + other);
      tab.setAttribute("aria-selected", String(other === name));
      tab.tabIndex = other === name ? 0 : -1;
      byId("panel-" + other).hidden = other !== name;
      if (other === name && isFocused) tab.focus();
    }
  };
  tabs.forEach((name, index) => {
    byId("tab-" + name).addEventListener("click", () => open(name, false));
    byId("tab-" + name).addEventListener("keydown", (e) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
      if (by) open(tabs[(index + by + tabs.length) % tabs.length], true);
    });
  });
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && state.site >= 0) choose(-1);
    if (e.key === "/" && !/^(INPUT|SELECT)$/.test(document.activeElement?.tagName ?? "")) { e.preventDefault(); byId("search").focus(); }
  });
  new ResizeObserver(resize).observe(byId("stage"));
  window.addEventListener("hashchange", () => { recall(); speak(); redraw(); });
}

recall();
if (window.matchMedia("(max-width: 900px)").matches) { byId("layers").open = false; byId("legend").open = false; }
speak();
listen();
listenToMap();
resize();
state.split = (view.width - covered()) / 2 / view.width;
whole();
if (state.site >= 0) choose(state.site, true);
document.documentElement.dataset.ready = "true";
