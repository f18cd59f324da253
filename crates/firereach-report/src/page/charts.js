// Charts as SVG: shares by scenario, the curve of responses, coverage.

const INK_SOFT = "#55606c";

/** One stacked bar a scenario; every part says its number. */
function stackedBars(title, parts) {
  const left = 4, width = 330, row = 36, top = 6;
  const height = top + DATA.scenarios.length * row + 6;
  const chart = svg("svg", { viewBox: `0 0 ${width + 8} ${height}`, class: "chart", role: "img", "aria-label": title });
  DATA.scenarios.forEach((scenario, index) => {
    const y = top + index * row;
    const counts = parts.map((part) => part.count(scenario.summary));
    const sum = counts.reduce((a, b) => a + b, 0) || 1;
    const name = svg("text", { x: left, y: y + 10, class: index === state.scenario || index === state.other ? "on" : "" });
    name.textContent = shortened(scenario.name, 44);
    chart.append(name);
    let x = left;
    counts.forEach((count, part) => {
      const w = (count / sum) * width;
      if (count > 0) {
        const bar = svg("rect", { x, y: y + 14, width: Math.max(0.5, w), height: 13, fill: parts[part].colour });
        if (parts[part].isHollow) bar.setAttribute("fill", "url(#unknown-hatch)");
        bar.append(svgTitle(`${parts[part].word}: ${count}`));
        chart.append(bar);
        if (w > 16) {
          const label = svg("text", { x: x + w / 2, y: y + 24.3, "text-anchor": "middle", fill: parts[part].ink });
          label.style.fill = parts[part].ink;
          label.textContent = String(count);
          chart.append(label);
        }
      }
      x += w;
    });
  });
  chart.prepend(hatch());
  return chart;
}
function hatch() {
  const pattern = svg("pattern", { id: "unknown-hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("rect", { width: 5, height: 5, fill: "#f1f3f4" }), svg("rect", { width: 2, height: 5, fill: "#c2c7cc" }));
  return svg("defs", {}, pattern);
}
function svgTitle(text) {
  const title = svg("title");
  title.textContent = text;
  return title;
}
function shortened(text, most) {
  const all = [...text];
  return all.length > most ? all.slice(0, most - 1).join("") + "…" : text;
}
function keyRow(parts) {
  return el("p", { class: "note" }, parts.map((part) => el("span", { style: { marginInlineEnd: "12px", whiteSpace: "nowrap" } },
    el("i", { class: "dot" + (part.isHollow ? " hollow" : ""), style: { background: part.colour, marginInlineEnd: "5px" } }), part.word)));
}

/** How many sites are reached within a time: a band from what is certain to what is possible. */
function curve() {
  const width = 338, height = 190, left = 30, bottom = 28, top = 8;
  const scenarios = state.other >= 0 ? [state.other, state.scenario] : [state.scenario];
  const colours = state.other >= 0 ? ["#8a6d3b", "#26507a"] : ["#26507a"];
  const times = (scenario, key) => DATA.sites.map((_, site) => value(scenario, site, key)).filter((s) => s !== null).sort((a, b) => a - b);
  const limit = DATA.limits_s;
  const all = scenarios.flatMap((scenario) => times(scenario, "response_s"));
  const most = Math.max(600, ...limit, Math.min(3600, all[Math.floor(all.length * 0.98)] ?? 600));
  const x = (s) => left + (Math.min(s, most) / most) * (width - left - 8);
  const y = (share) => top + (1 - share) * (height - top - bottom);
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img", "aria-label": t("c_curve") });
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    chart.append(svg("line", { x1: left, x2: width - 8, y1: y(share), y2: y(share), stroke: "#e3e7ea" }));
    const label = svg("text", { x: left - 4, y: y(share) + 4, "text-anchor": "end", class: "soft" });
    label.textContent = Math.round(share * DATA.sites.length);
    chart.append(label);
  }
  const step = most > 1800 ? 600 : most > 900 ? 300 : 120;
  for (let s = 0; s <= most; s += step) {
    const label = svg("text", { x: x(s), y: height - bottom + 14, "text-anchor": "middle", class: "soft" });
    label.textContent = s;
    chart.append(label, svg("line", { x1: x(s), x2: x(s), y1: height - bottom, y2: height - bottom + 3, stroke: "#8b95a0" }));
  }
  const axis = svg("text", { x: (left + width) / 2, y: height - 2, "text-anchor": "middle", class: "soft" });
  axis.textContent = t("c_seconds");
  chart.append(axis);
  scenarios.forEach((scenario, index) => {
    const line = (key) => {
      const sorted = times(scenario, key);
      let d = `M${x(0)} ${y(0)}`;
      sorted.forEach((s, i) => { if (s <= most) d += ` H${x(s).toFixed(1)} V${y((i + 1) / DATA.sites.length).toFixed(1)}`; });
      return d + ` H${x(most)}`;
    };
    chart.append(
      svg("path", { d: line("response_s"), fill: "none", stroke: colours[index], "stroke-width": 2 }),
      svg("path", { d: line("response_high_s"), fill: "none", stroke: colours[index], "stroke-width": 1.3, "stroke-dasharray": "3 2" }));
  });
  for (const s of new Set(limit)) {
    chart.append(svg("line", { x1: x(s), x2: x(s), y1: top, y2: height - bottom, stroke: SYMBOLS.fail, "stroke-dasharray": "4 3" }));
    const label = svg("text", { x: x(s) + 3, y: top + 9 });
    label.textContent = s + " s";
    chart.append(label);
  }
  const key = scenarios.length > 1 ? el("p", { class: "note" }, scenarios.map((scenario, i) => el("span", { style: { marginInlineEnd: "12px" } },
    el("i", { class: "dot", style: { background: colours[i], marginInlineEnd: "5px" } }), el("bdi", {}, DATA.scenarios[scenario].name)))) : null;
  return [chart, key, el("p", { class: "note" }, t("c_curve_note"))];
}

function showCharts() {
  const three = (key, good, bad) => [
    { word: t(good), colour: VERDICT.get("pass").colour, ink: "#fff", count: (s) => s[key][0] },
    { word: t("unknown"), colour: "#c2c7cc", ink: "#333", isHollow: true, count: (s) => s[key][1] },
    { word: t(bad), colour: SYMBOLS.fail, ink: "#fff", count: (s) => s[key][2] },
  ];
  const response = three("response", "in_time", "late");
  const lane = three("lane", "passes", "fails");
  const water = SYMBOLS.water.map(([code, colour], i) => ({
    word: t(code), colour, ink: code === "yellow" || code === "orange" || code === "unknown" ? "#222" : "#fff", isHollow: code === "unknown", count: (s) => s.water[i],
  }));
  const block = (title, ...content) => [el("h3", {}, title), ...content];
  const coverage = DATA.scenarios[state.scenario].coverage;
  byId("panel-charts").replaceChildren(
    ...block(t("c_response"), keyRow(response), stackedBars(t("c_response"), response)),
    ...block(t("c_curve"), ...curve().filter(Boolean)),
    ...block(t("c_lane"), keyRow(lane), stackedBars(t("c_lane"), lane)),
    ...block(t("c_water"), keyRow(water), stackedBars(t("c_water"), water)),
    ...block(t("c_coverage"), el("table", {}, coverage.map(([measure, low, high, of, unit]) => {
      const percent = (n) => (of > 0 ? number((100 * n) / of, 1) + " %" : "–");
      return el("tr", {}, el("td", {}, measureName(measure), el("span", { class: "why" }, `${number(low, 0)}–${number(high, 0)} / ${number(of, 0)} ${unit}`)),
        el("td", { class: "n" }, low === high ? percent(low) : percent(low) + " – " + percent(high)));
    }))));
}

/** A key such as `sites_within_300_s` in words. */
function measureName(key) {
  const words = { sites: ["sites", "对象"], people_at_sites: ["people at the sites", "对象内人员"], road_length: ["road length", "道路长度"],
    footprint_area: ["building footprints", "建筑基底"], people_where_known: ["people where known", "已知人口"], area: ["area", "面积"],
    sites_by_second_arrival: ["sites, second arrival", "对象(次达)"], sites_by_micro_station: ["sites, micro-stations", "对象(微型站)"] };
  const found = /^(.*)_within_(\d+)_s$/.exec(key);
  if (!found) return key.replaceAll("_", " ");
  const name = Object.hasOwn(words, found[1]) ? pick(words[found[1]]) : found[1].replaceAll("_", " ");
  return `${name} ≤ ${found[2]} s`;
}
