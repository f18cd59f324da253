// What the page knows, decoded: texts and shapes by their number, columns by their key, words in two languages.

const DATA = JSON.parse(document.getElementById("data").textContent);
const state = { language: DATA.language, scenario: 0, other: -1, site: -1, theme: "response", split: 0.5 };

const byId = (id) => document.getElementById(id);
/** A text by its number; a reason in the page's language. */
const textOf = (number) => (state.language === "zh" && DATA.texts_zh[number]) || DATA.texts[number];
const COLUMN = new Map(DATA.kept.map((key, index) => [key, index]));
// What several scenarios share is said once and called by its number.
for (const scenario of DATA.scenarios) {
  for (const list of ["lanes", "pinches", "details"]) scenario[list] = scenario[list].map((number) => DATA[list][number]);
}

/** The word of a key in the page's language; the key itself where nobody gave it one. */
function t(key) {
  const pair = Object.hasOwn(DATA.words, key) ? DATA.words[key] : null;
  return pair ? pair[state.language === "zh" ? 1 : 0] : String(key ?? "");
}
const pick = (pair) => pair[state.language === "zh" ? 1 : 0] || pair[0] || "";

/** The value of a column in the row of a site; `null` when nobody knows. */
function value(scenario, site, key) {
  return DATA.scenarios[scenario]?.rows[site]?.[COLUMN.get(key)] ?? null;
}

const siteName = (site) => DATA.sites[site].name || DATA.sites[site].id;

/** A number as people of the page's language read it. */
function number(n, decimals = 0) {
  if (n === null || n === undefined) return "–";
  return n.toLocaleString(state.language === "zh" ? "zh-CN" : "en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** An interval: one number where both ends agree. */
function interval(ends, decimals = 1) {
  const [low, high] = ends ?? [null, null];
  if (low === null && high === null) return t("nobody_knows");
  if (low === high) return number(low, decimals);
  if (low === null) return "≤ " + number(high, decimals);
  if (high === null) return "≥ " + number(low, decimals);
  return number(low, decimals) + "–" + number(high, decimals);
}

/** An interval with its unit; no unit where nobody measured anything. */
const withUnit = (ends, decimals, unit) => interval(ends, decimals) + (ends && ends.some((end) => end !== null) ? " " + unit : "");

/** What becomes of a site's response from one scenario to another: a kind and the seconds gained. */
function change(from, to, site) {
  const before = value(from, site, "response_s");
  const after = value(to, site, "response_s");
  if (before === null && after === null) return { kind: "unreached", gain: null };
  if (before === null) return { kind: "new", gain: null };
  if (after === null) return { kind: "lost", gain: null };
  const gain = before - after;
  return { kind: gain > 0 ? "gain" : gain < 0 ? "loss" : "same", gain };
}

/** A function that makes the thing of a key once. */
function memo(make) {
  const made = new Map();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key);
  };
}

/** A shape as a path in steps of the data: rings for areas, one open line for ways. Made once. */
const paths = new Map();
function pathOf(shape, isClosed) {
  const key = shape * 2 + (isClosed ? 1 : 0);
  let path = paths.get(key);
  if (!path) {
    path = new Path2D();
    for (const ring of DATA.shapes[shape]) trace(path, ring, isClosed);
    paths.set(key, path);
  }
  return path;
}
function trace(path, steps, isClosed) {
  let x = steps[0], y = steps[1];
  path.moveTo(x, y);
  for (let i = 2; i < steps.length; i += 2) {
    x += steps[i];
    y += steps[i + 1];
    path.lineTo(x, y);
  }
  if (isClosed) path.closePath();
}

/** Many shapes as one path. */
function joined(shapes, isClosed) {
  const path = new Path2D();
  for (const shape of shapes) for (const ring of DATA.shapes[shape]) trace(path, ring, isClosed);
  return path;
}

/** The least box around shapes or places: [left, bottom, right, top]. */
function boxOf(shapes, places = []) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (x, y) => {
    box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
  };
  for (const shape of shapes) {
    for (const steps of DATA.shapes[shape]) {
      let x = 0, y = 0;
      for (let i = 0; i < steps.length; i += 2) take(x += steps[i], y += steps[i + 1]);
    }
  }
  for (const [x, y] of places) take(x, y);
  return box;
}

/** An element with attributes and children; text only ever as text. */
function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, v] of Object.entries(attributes)) {
    if (v === null || v === undefined || v === false) continue;
    if (key === "class") node.className = v;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), v);
    else if (key === "style") Object.assign(node.style, v);
    else node.setAttribute(key, v === true ? "" : v);
  }
  for (const child of children.flat(Infinity)) if (child !== null && child !== undefined) node.append(child);
  return node;
}
function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, v] of Object.entries(attributes)) node.setAttribute(key, v);
  for (const child of children) node.append(child);
  return node;
}
