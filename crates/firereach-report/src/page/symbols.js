// Colours and marks: of verdicts, classes, bands and changes. Red means failed and nothing else.

const SYMBOLS = DATA.symbols;
const VERDICT = new Map(SYMBOLS.verdicts.map(([code, colour, fill, ink]) => [code, { colour, fill, ink }]));
const WATER = new Map(SYMBOLS.water.map(([code, colour, fill, ink]) => [code, { colour, fill, ink }]));
const LANE = new Map(SYMBOLS.lanes);
const ZONE = new Map(SYMBOLS.zones.map(([kind, colour, name]) => [kind, { colour, name }]));
const LANE_WIDTH = { P5: 3.4, P4: 2.9, P3: 2.4, P2: 1.9, P1: 1.5, P0: 2.2 };

/** Mark shapes, so that results differ without colour. */
const MARKER = {
  pass: "circle", unknown: "hollow", exempt_with_plan: "pentagon", advisory_fail: "triangle", mandatory_fail: "square",
  green: "circle", yellow: "diamond", orange: "triangle", red: "square",
  new: "star", gain: "circle", same: "small", loss: "square", lost: "diamond", unreached: "hollow",
};

/** What a site comes to under the chosen theme: a code, its colour and its mark. */
function result(scenario, site, theme = state.theme) {
  if (theme === "change") {
    const from = state.other >= 0 ? state.other : 0;
    const kind = scenario === from ? "same" : change(from, scenario, site).kind;
    return { code: kind, colour: SYMBOLS.change[kind] ?? SYMBOLS.unknown, marker: MARKER[kind] };
  }
  if (theme === "water") {
    const code = value(scenario, site, "water_class") ?? "unknown";
    return { code, colour: WATER.get(code)?.colour ?? SYMBOLS.unknown, marker: MARKER[code] ?? "hollow" };
  }
  const code = value(scenario, site, theme === "lane" ? "lane_verdict" : "response_verdict") ?? "unknown";
  return { code, colour: VERDICT.get(code)?.colour ?? SYMBOLS.unknown, marker: MARKER[code] ?? "hollow" };
}

/** The codes of a theme in the order of its legend. */
function codesOf(theme) {
  if (theme === "change") return ["new", "gain", "same", "loss", "lost", "unreached"];
  if (theme === "water") return SYMBOLS.water.map(([code]) => code);
  return SYMBOLS.verdicts.map(([code]) => code);
}
function wordOf(theme, code) {
  return theme === "change" && code !== "unreached" ? t("change_" + code) : t(code);
}
function colourOf(theme, code) {
  if (theme === "change") return SYMBOLS.change[code] ?? SYMBOLS.unknown;
  return (theme === "water" ? WATER : VERDICT).get(code)?.colour ?? SYMBOLS.unknown;
}

/** The outline of a mark of radius `r` about a place, as commands on anything that draws. */
function outline(path, marker, x, y, r) {
  const ring = (count, turn, radius = () => r) => {
    for (let i = 0; i < count; i++) {
      const a = turn + (i * 2 * Math.PI) / count;
      path[i ? "lineTo" : "moveTo"](x + radius(i) * Math.cos(a), y + radius(i) * Math.sin(a));
    }
    path.closePath();
  };
  if (marker === "square") ring(4, Math.PI / 4, () => r * 1.2);
  else if (marker === "diamond") ring(4, 0, () => r * 1.25);
  else if (marker === "triangle") ring(3, -Math.PI / 2, () => r * 1.3);
  else if (marker === "pentagon") ring(5, -Math.PI / 2, () => r * 1.12);
  else if (marker === "star") ring(10, -Math.PI / 2, (i) => (i % 2 ? r * 0.55 : r * 1.35));
  else path.arc(x, y, marker === "small" ? r * 0.6 : r, 0, 2 * Math.PI);
}

/** Draws a mark on a canvas. */
function drawMark(c, marker, colour, x, y, r, rim = "#22303d") {
  c.beginPath();
  outline(c, marker, x, y, r);
  c.fillStyle = marker === "hollow" ? "#fff" : colour;
  c.fill();
  c.lineWidth = marker === "hollow" ? 1.8 : 1;
  c.strokeStyle = marker === "hollow" ? colour : rim;
  c.setLineDash(marker === "hollow" ? [2.2, 1.6] : []);
  c.stroke();
  c.setLineDash([]);
}

/** A small picture of a mark, for legends and lists. */
function markPicture(marker, colour, size = 14) {
  const scale = window.devicePixelRatio > 1 ? 2 : 2;
  const canvas = el("canvas", { class: "mark", width: size * scale, height: size * scale, "aria-hidden": "true" });
  canvas.style.width = canvas.style.height = size + "px";
  const c = canvas.getContext("2d");
  c.scale(scale, scale);
  drawMark(c, marker, colour, size / 2, size / 2, size * 0.34);
  return canvas;
}

/** The colour of a time band: light is soon, dark is late. */
function bandColour(index, count) {
  const from = rgb(SYMBOLS.soon), to = rgb(SYMBOLS.late);
  const share = count > 1 ? index / (count - 1) : 0;
  return "rgb(" + from.map((v, i) => Math.round(v + (to[i] - v) * share)).join(",") + ")";
}
const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
/** A colour half way to white. */
const pale = (hex) => "rgb(" + rgb(hex).map((v) => (v + 255) >> 1).join(",") + ")";

/** The class of a lane as it is drawn: its own where it is certain, else nobody knows. */
function laneClass(low, high) {
  if (low === high) return LANE.has(low) ? low : "";
  // What may be nothing at all and may be everything is unknown; a class it surely does not exceed is shown, dashed.
  return high === "P5" ? "" : LANE.has(high) ? high : "";
}
const laneIsCertain = (low, high) => low === high;
