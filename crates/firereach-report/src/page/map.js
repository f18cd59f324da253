// The map: a canvas in steps of the data, moved and scaled; drawn once for each scenario in view.

const STEPS_PER_METRE = 10;
const canvas = byId("map");
const shown = { zones: true, buildings: true, reached: false, lanes: true, pinches: false, hydrants: false, sources: false, stations: true, sites: true, names: true };
const view = { x: 0, y: 0, scale: 0.01, width: 1, height: 1, ratio: 1 };
/** Pixels at the right that the keys cover; folded ones cover little. */
const covered = () => (byId("keys").offsetHeight > view.height / 3 ? byId("keys").offsetWidth + 24 : 0);
let hovered = null;
let isWaiting = false;

const BASE = {
  buildings: joined(DATA.base.buildings, true),
  zones: DATA.base.zones.map(([kind, name, shape]) => ({ kind, name, shape })),
};
const AREA_ORDER = ["water", "park", "control", "protection", "character_area", "historic_block", "core", "firebreak", "open", "hazard"];
const BORDERS = ["study", "district", "subdistrict"];

/** The lanes of a scenario, one path for each class; made when first drawn. */
const lanesOf = memo((scenario) => {
  const groups = new Map();
  for (const [shape, low, high, , , , byRoad] of DATA.scenarios[scenario].lanes) {
    const [a, b] = [textOf(low), textOf(high)];
    const key = laneClass(a, b) + (!laneIsCertain(a, b) ? "?" : byRoad ? "~" : "");
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(shape);
  }
  const order = ["?", ...["P5", "P4", "P3", "P2", "P1", "P0"].flatMap((code) => [code, code + "~", code + "?"])];
  return order.filter((key) => groups.has(key)).map((key) => ({ key, path: joined(groups.get(key), false) }));
});
const reachedOf = memo((scenario) =>
  DATA.scenarios[scenario].reached.slice().sort((a, b) => b[0] - a[0]).map(([seconds, shape]) => ({ seconds, path: pathOf(shape, true) })));

const toScreen = ([x, y]) => [(x - view.x) * view.scale + view.width / 2, view.height / 2 - (y - view.y) * view.scale];
const toData = (px, py) => [(px - view.width / 2) / view.scale + view.x, (view.height / 2 - py) / view.scale + view.y];

function redraw() {
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() => {
    isWaiting = false;
    draw();
  });
}

function draw() {
  const c = canvas.getContext("2d");
  c.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  c.clearRect(0, 0, view.width, view.height);
  if (state.other >= 0) {
    const line = Math.round(view.width * state.split);
    part(c, state.other, 0, line);
    part(c, state.scenario, line, view.width);
  } else {
    part(c, state.scenario, 0, view.width);
  }
  scaleBar();
  placeSwipe();
}

function part(c, scenario, left, right) {
  c.save();
  c.beginPath();
  c.rect(left, 0, right - left, view.height);
  c.clip();
  c.fillStyle = "#f7f7f4";
  c.fillRect(left, 0, right - left, view.height);
  drawShapes(c, scenario);
  drawSelected(c, scenario);
  drawPlaces(c, scenario, left, right);
  c.restore();
}

/** Runs `paint` with the canvas in steps of the data; widths are given in pixels through `px`. */
function inSteps(c, paint) {
  c.save();
  c.translate(view.width / 2, view.height / 2);
  c.scale(view.scale, -view.scale);
  c.translate(-view.x, -view.y);
  c.lineJoin = "round";
  c.lineCap = "round";
  paint((pixels) => pixels / view.scale);
  c.restore();
}

function drawShapes(c, scenario) {
  inSteps(c, (px) => {
    if (shown.zones) {
      for (const kind of AREA_ORDER) {
        for (const zone of BASE.zones) {
          if (zone.kind !== kind) continue;
          const path = pathOf(zone.shape, true);
          c.fillStyle = ZONE.get(kind).colour;
          c.globalAlpha = kind === "water" || kind === "park" ? 0.75 : 0.42;
          c.fill(path, "evenodd");
          c.globalAlpha = 1;
          if (kind === "historic_block" || kind === "character_area") {
            c.strokeStyle = SYMBOLS.heritage;
            c.lineWidth = px(1.4);
            c.setLineDash(kind === "historic_block" ? [] : [px(5), px(3)]);
            c.stroke(path);
            c.setLineDash([]);
          }
        }
      }
    }
    if (shown.reached) drawReached(c, scenario);
    if (shown.buildings && view.scale > 0.012) {
      c.fillStyle = shown.reached ? "rgba(120,124,128,.28)" : "#dfe0dd";
      c.fill(BASE.buildings, "evenodd");
      if (view.scale > 0.06) {
        c.strokeStyle = "#b4b6b3";
        c.lineWidth = px(0.7);
        c.stroke(BASE.buildings);
      }
    }
    if (shown.zones) {
      for (const zone of BASE.zones) {
        if (!BORDERS.includes(zone.kind)) continue;
        c.strokeStyle = zone.kind === "subdistrict" ? "#a9aeb4" : "#5d6670";
        c.lineWidth = px(zone.kind === "subdistrict" ? 0.9 : 1.6);
        c.setLineDash(zone.kind === "subdistrict" ? [px(6), px(3), px(1), px(3)] : [px(9), px(4)]);
        c.stroke(pathOf(zone.shape, true));
      }
      c.setLineDash([]);
    }
    drawLanes(c, scenario, px);
  });
}

/** Areas reached, the largest first; drawn apart and laid over as one, so that colours do not mix. */
function drawReached(c, scenario) {
  const bands = reachedOf(scenario);
  const count = bands.length;
  c.globalAlpha = 0.62;
  bands.forEach(({ path }, index) => {
    // What lies inside a shorter time is left out, so that every place has one colour.
    c.save();
    if (index + 1 < count) {
      const clip = new Path2D();
      clip.rect(-1e7, -1e7, 2e7, 2e7);
      clip.addPath(bands[index + 1].path);
      c.clip(clip, "evenodd");
    }
    c.fillStyle = bandColour(count - 1 - index, count);
    c.fill(path, "evenodd");
    c.restore();
  });
  c.globalAlpha = 1;
}

function drawLanes(c, scenario, px) {
  const wide = Math.min(1.9, Math.max(0.55, view.scale / 0.055));
  const isFar = view.scale < 0.035;
  if (!shown.lanes) {
    c.strokeStyle = shown.reached ? "rgba(70,78,88,.55)" : "#b9bdc1";
    c.lineWidth = px(Math.max(0.7, wide));
    for (const { path } of lanesOf(scenario)) c.stroke(path);
    return;
  }
  if (view.scale > 0.02) {
    c.strokeStyle = "#fff";
    for (const { key, path } of lanesOf(scenario)) {
      c.lineWidth = px((LANE_WIDTH[key.slice(0, 2)] ?? 1.3) * wide + 1.6);
      c.stroke(path);
    }
  }
  for (const { key, path } of lanesOf(scenario)) {
    const code = key.replace(/[?~]/, "");
    const isUnknown = !LANE.has(code);
    c.strokeStyle = isUnknown ? (isFar ? "#c4c8cc" : "#9aa0a6") : LANE.get(code);
    c.lineWidth = px((LANE_WIDTH[code] ?? 1.3) * wide);
    c.lineCap = key.endsWith("?") ? "butt" : "round";
    c.setLineDash(key.endsWith("?") && !(isFar && isUnknown) ? [px(5), px(3)] : []);
    c.stroke(path);
    // Of this class by the class of the road alone: a pale core says that nobody looked.
    if (key.endsWith("~")) {
      c.strokeStyle = pale(LANE.get(code));
      c.lineWidth = px((LANE_WIDTH[code] ?? 1.3) * wide * 0.5);
      c.stroke(path);
    }
  }
  c.setLineDash([]);
}

/** The ways to the chosen site: driven, walked, hose; its stop and its outline. */
function drawSelected(c, scenario) {
  if (state.site < 0) return;
  const detail = DATA.scenarios[scenario].details[state.site];
  const site = DATA.sites[state.site];
  inSteps(c, (px) => {
    const line = (shape, colour, width, dash) => {
      if (shape === null || shape === undefined) return;
      c.strokeStyle = "#fff";
      c.setLineDash([]);
      c.lineWidth = px(width + 2.4);
      c.stroke(pathOf(shape, false));
      c.strokeStyle = colour;
      c.lineWidth = px(width);
      c.setLineDash(dash.map(px));
      c.stroke(pathOf(shape, false));
      c.setLineDash([]);
    };
    for (const hose of detail.hoses ?? []) line(hose, SYMBOLS.hydrant, 2, [7, 3]);
    line(detail.first?.drive, "#3b2f75", 3.6, []);
    line(detail.first?.walk, "#3b2f75", 2.6, [2, 4]);
    if (site.shape !== null) {
      c.strokeStyle = SYMBOLS.heritage;
      c.lineWidth = px(2.4);
      c.stroke(pathOf(site.shape, true));
    }
  });
  if (detail.stop) {
    const [x, y] = toScreen(detail.stop);
    c.fillStyle = "#3b2f75";
    c.strokeStyle = "#fff";
    c.lineWidth = 1.5;
    c.beginPath();
    c.rect(x - 5, y - 5, 10, 10);
    c.fill();
    c.stroke();
  }
  const counted = new Set(detail.sources ?? []);
  for (const hydrant of DATA.scenarios[scenario].hydrants) if (counted.has(hydrant[1])) drawHydrant(c, hydrant, true);
}

function drawHydrant(c, [at, , service], isLarge) {
  const [x, y] = toScreen(at);
  const r = isLarge ? 5 : Math.min(4.5, Math.max(2, view.scale * 60));
  c.beginPath();
  c.arc(x, y, r, 0, 2 * Math.PI);
  c.fillStyle = service === "in_service" ? SYMBOLS.hydrant : "#fff";
  c.fill();
  c.strokeStyle = service === "out_of_service" ? SYMBOLS.fail : service === "in_service" ? "#fff" : SYMBOLS.hydrant;
  c.lineWidth = 1.3;
  c.setLineDash(service === "unknown" ? [1.8, 1.4] : []);
  c.stroke();
  c.setLineDash([]);
}

function drawPlaces(c, scenario, left, right) {
  const data = DATA.scenarios[scenario];
  const isIn = ([x, y]) => x > left - 20 && x < right + 20 && y > -20 && y < view.height + 20;
  if (shown.hydrants) for (const hydrant of data.hydrants) if (isIn(toScreen(hydrant[0]))) drawHydrant(c, hydrant, false);
  if (shown.sources) {
    for (const source of DATA.base.sources) {
      const [x, y] = toScreen(source.at);
      drawMark(c, "diamond", SYMBOLS.hydrant, x, y, 4.5, "#fff");
    }
  }
  if (shown.pinches) {
    for (const [at, , , , , removable] of data.pinches) {
      const [x, y] = toScreen(at);
      if (isIn([x, y])) drawMark(c, "triangle", removable ? "#e0912b" : "#8c1d27", x, y, 4, "#fff");
    }
  }
  const labels = [];
  if (shown.stations) {
    for (const station of data.stations) {
      const [x, y] = toScreen(station.at);
      if (!isIn([x, y])) continue;
      const isMinor = station.kind === "micro" || station.kind === "fire_point";
      drawStation(c, station, x, y, isMinor ? 5 : 8);
      if (!isMinor || view.scale > 0.08) labels.push({ x, y, r: 9, text: station.name || station.id, weight: 600, colour: "#7a1620", rank: 0 });
    }
  }
  if (shown.sites) {
    const r = Math.min(7.5, Math.max(4, view.scale * 160));
    const order = DATA.sites.map((_, index) => index).filter((site) => isListed(site) || site === state.site).reverse();
    for (const site of order) {
      const [x, y] = toScreen(DATA.sites[site].at);
      if (!isIn([x, y])) continue;
      const { colour, marker } = result(scenario, site);
      if (site === state.site) {
        c.beginPath();
        c.arc(x, y, r + 6, 0, 2 * Math.PI);
        c.strokeStyle = "#1f6fc4";
        c.lineWidth = 3;
        c.stroke();
      }
      drawMark(c, marker, colour, x, y, r, "#fff");
      const isNear = view.scale > 0.05 || DATA.sites[site].kind !== "relic";
      if (site === state.site || hovered?.site === site || isNear) {
        labels.push({ x, y, r: r + 2, text: siteName(site), weight: site === state.site ? 700 : 500, colour: "#3a240e", rank: site === state.site ? -1 : DATA.sites[site].kind === "relic" ? 3 : 2 });
      }
    }
  }
  if (shown.names) writeLabels(c, labels, left, right);
}

function drawStation(c, station, x, y, r) {
  c.beginPath();
  c.rect(x - r, y - r, 2 * r, 2 * r);
  c.fillStyle = station.is_proposed ? "#fff" : "#fdf1f1";
  c.fill();
  c.strokeStyle = SYMBOLS.fail;
  c.lineWidth = 2;
  c.setLineDash(station.is_staffed ? (station.is_proposed ? [4, 2] : []) : [1.5, 2.5]);
  c.stroke();
  c.setLineDash([]);
  c.beginPath();
  c.moveTo(x - r * 0.5, y + r * 0.5);
  c.lineTo(x, y - r * 0.6);
  c.lineTo(x + r * 0.5, y + r * 0.5);
  c.closePath();
  c.fillStyle = SYMBOLS.fail;
  c.fill();
}

/** Names beside their marks, the more important first; one that would cover another is left out. */
function writeLabels(c, labels, left, right) {
  const taken = [];
  const LONGEST = 22;
  labels.sort((a, b) => a.rank - b.rank);
  c.textBaseline = "middle";
  c.lineJoin = "round";
  for (const { x, y, r, text, weight, colour } of labels) {
    if (x < left || x > right) continue;
    const plain = [...text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\u0000-\u001f]/g, "")];
    const said = plain.length > LONGEST ? plain.slice(0, LONGEST - 1).join("") + "…" : plain.join("");
    c.font = `${weight} 12px ${FONT}`;
    const w = c.measureText(said).width;
    const spots = [[x + r + 3, y], [x - r - 3 - w, y], [x - w / 2, y - r - 9], [x - w / 2, y + r + 9]];
    const spot = spots.find(([sx, sy]) => sx > left + 2 && sx + w < right - 2
      && !taken.some((b) => sx < b[2] && sx + w > b[0] && sy - 8 < b[3] && sy + 8 > b[1]));
    if (!spot) continue;
    taken.push([spot[0] - 2, spot[1] - 8, spot[0] + w + 2, spot[1] + 8]);
    c.lineWidth = 3.2;
    c.strokeStyle = "rgba(255,255,255,.93)";
    c.strokeText(said, spot[0], spot[1]);
    c.fillStyle = colour;
    c.fillText(said, spot[0], spot[1]);
  }
}
const FONT = getComputedStyle(document.body).fontFamily;

/** A round length that fits, and its bar. */
function scaleBar() {
  const perPixel = 1 / view.scale / STEPS_PER_METRE;
  const most = 110 * perPixel;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((n) => n * power).find((n) => n <= most) ?? power;
  const bar = byId("scale");
  bar.firstElementChild.style.width = metres / perPixel + "px";
  bar.lastElementChild.textContent = metres >= 1000 ? number(metres / 1000) + " km" : number(metres) + " m";
}

/** What lies under a place of the screen. */
function under(px, py) {
  const scenario = state.other >= 0 && px < view.width * state.split ? state.other : state.scenario;
  const data = DATA.scenarios[scenario];
  const near = (at, reach) => {
    const [x, y] = toScreen(at);
    return Math.hypot(x - px, y - py) <= reach;
  };
  if (shown.sites) for (let site = 0; site < DATA.sites.length; site++) if (isListed(site) && near(DATA.sites[site].at, 9)) return { site, scenario };
  if (shown.stations) for (const station of data.stations) if (near(station.at, 9)) return { station, scenario };
  if (shown.pinches) for (const pinch of data.pinches) if (near(pinch[0], 7)) return { pinch, scenario };
  if (shown.hydrants) for (const hydrant of data.hydrants) if (near(hydrant[0], 6)) return { hydrant, scenario };
  if (shown.sources) for (const source of DATA.base.sources) if (near(source.at, 7)) return { source, scenario };
  if (shown.lanes && view.scale > 0.03) {
    const lane = laneNear(scenario, ...toData(px, py), 5 / view.scale);
    if (lane) return { lane, scenario };
  }
  return null;
}

function laneNear(scenario, x, y, reach) {
  let best = null;
  for (const lane of DATA.scenarios[scenario].lanes) {
    const steps = DATA.shapes[lane[0]][0];
    let ax = steps[0], ay = steps[1];
    for (let i = 2; i < steps.length; i += 2) {
      const bx = ax + steps[i], by = ay + steps[i + 1];
      if (Math.min(ax, bx) - reach <= x && x <= Math.max(ax, bx) + reach && Math.min(ay, by) - reach <= y && y <= Math.max(ay, by) + reach) {
        const share = Math.max(0, Math.min(1, ((x - ax) * steps[i] + (y - ay) * steps[i + 1]) / (steps[i] ** 2 + steps[i + 1] ** 2 || 1)));
        const d = Math.hypot(ax + share * steps[i] - x, ay + share * steps[i + 1] - y);
        if (d <= reach) { reach = d; best = lane; }
      }
      ax = bx; ay = by;
    }
  }
  return best;
}

function fit(box, share = 0.9) {
  if (!Number.isFinite(box[0])) return;
  const wide = Math.max(box[2] - box[0], 600), high = Math.max(box[3] - box[1], 600);
  view.scale = Math.min(((view.width - covered()) * share) / wide, (view.height * share) / high);
  view.x = (box[0] + box[2]) / 2 + covered() / 2 / view.scale;
  view.y = (box[1] + box[3]) / 2;
  redraw();
}
function whole() {
  const lanes = DATA.scenarios[state.scenario]?.lanes.map((lane) => lane[0]) ?? [];
  const outline = BASE.zones.filter((zone) => zone.kind === "study" || zone.kind === "district").map((zone) => zone.shape);
  fit(boxOf(outline.length ? outline : lanes, DATA.sites.map((site) => site.at)));
}
function zoom(factor, px = view.width / 2, py = view.height / 2) {
  const [x, y] = toData(px, py);
  view.scale = Math.min(3, Math.max(0.001, view.scale * factor));
  const [nx, ny] = toData(px, py);
  view.x += x - nx;
  view.y += y - ny;
  redraw();
}
function resize() {
  const box = canvas.getBoundingClientRect();
  if (box.width && box.height) setSize(box.width, box.height, Math.min(3, window.devicePixelRatio || 1));
}
function setSize(width, height, ratio) {
  Object.assign(view, { width, height, ratio });
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  draw();
}
/** The map as it is printed: the same ground, in the shape of the paper and finer than a screen. */
const PAPER = { width: 1046, height: 597, ratio: 2.5 };
let onScreen = null;
function toPaper() {
  onScreen = { scale: view.scale, x: view.x };
  const room = view.width - covered();
  const middle = view.x - covered() / 2 / view.scale;
  view.scale *= Math.min((PAPER.width - covered()) / room, PAPER.height / view.height);
  view.x = middle + covered() / 2 / view.scale;
  setSize(PAPER.width, PAPER.height, PAPER.ratio);
}
function toScreenAgain() {
  if (onScreen) Object.assign(view, onScreen);
  onScreen = null;
  resize();
}
