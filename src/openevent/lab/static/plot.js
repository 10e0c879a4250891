// A screen that draws lines over axes: what the server draws for pages that stand still, drawn here for live ones.
const NAMESPACE = "http://www.w3.org/2000/svg";
const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 72;
const RIGHT = 12;
const TOP = 28;
const BOTTOM = 48;
const COLOURS = 6;
const MOST = 1200; // points of one line: more than a screen has pixels

export class Screen {
  constructor(mount) {
    this.svg = made("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot-area", role: "img", focusable: "false" });
    this.axes = made("g", { class: "plot-axes", "aria-hidden": "true" });
    this.lines = made("g", { class: "plot-lines" });
    this.marks = made("g", { class: "plot-marks" });
    this.svg.append(this.axes, this.lines, this.marks);
    this.legend = document.createElement("ul");
    this.legend.className = "plot-legend";
    mount.replaceChildren(this.svg, this.legend);
    this.drawnAxes = "";
  }

  // lines: [{name, x, y, colour?}]; range: {x: [low, high], y: [low, high]} where it must not follow the numbers.
  draw({ lines, xLabel = "", yLabel = "", range = {}, upWords = null }) {
    const [left, right] = range.x ?? span(lines.map((line) => line.x));
    const [low, high] = range.y ?? widened(span(lines.map((line) => line.y)));
    this.across = scale(left, right, LEFT, WIDTH - RIGHT);
    this.up = scale(low, high, HEIGHT - BOTTOM, TOP);
    this.drawAxes({ left, right, low, high, xLabel, yLabel, upWords });
    while (this.lines.childElementCount > lines.length) this.lines.lastChild.remove();
    while (this.lines.childElementCount < lines.length) this.lines.append(made("path", { fill: "none" }));
    lines.forEach((line, index) => {
      const path = this.lines.children[index];
      path.setAttribute("class", `plot-line plot-${colourOf(line, index)}`);
      path.setAttribute("d", pathOf(line, this.across, this.up));
    });
    this.tell(lines);
  }

  drawAxes({ left, right, low, high, xLabel, yLabel, upWords }) {
    const key = JSON.stringify([left, right, low, high, xLabel, yLabel, upWords]);
    if (key === this.drawnAxes) return;
    this.drawnAxes = key;
    const pieces = [];
    for (const at of ticks(left, right)) {
      const x = this.across(at).toFixed(1);
      pieces.push(made("path", { class: "plot-grid", d: `M${x} ${TOP}V${HEIGHT - BOTTOM}` }));
      pieces.push(words(said(at), { x, y: HEIGHT - BOTTOM + 20, "text-anchor": "middle" }));
    }
    const up = upWords ?? ticks(low, high).map((at) => [at, said(at)]);
    for (const [at, text] of up) {
      const y = this.up(at).toFixed(1);
      pieces.push(made("path", { class: "plot-grid", d: `M${LEFT} ${y}H${WIDTH - RIGHT}` }));
      pieces.push(words(text, { x: LEFT - 8, y, dy: "0.35em", "text-anchor": "end" }));
    }
    pieces.push(words(xLabel, { x: WIDTH - RIGHT, y: HEIGHT - 6, "text-anchor": "end", class: "plot-unit" }));
    pieces.push(words(yLabel, { x: 4, y: 16, class: "plot-unit" }));
    this.axes.replaceChildren(...pieces);
  }

  tell(lines) {
    const names = lines.map((line) => line.name).join("\n");
    this.svg.setAttribute("aria-label", lines.map(summary).join("; ") || "Nothing to show yet");
    if (names === this.named) return;
    this.named = names;
    const entries = lines.map((line, index) => {
      const entry = document.createElement("li");
      entry.className = `plot-${colourOf(line, index)}`;
      entry.textContent = line.name;
      return entry;
    });
    this.legend.replaceChildren(...(lines.length > 1 ? entries : []));
  }

  // Upright lines at these places: cursors.
  mark(places) {
    const drawn = places.map(({ at, name }) => {
      const group = made("g", { class: "plot-cursor" });
      const x = this.across(at).toFixed(1);
      group.append(made("path", { d: `M${x} ${TOP}V${HEIGHT - BOTTOM}` }), words(name, { x: Number(x) + 4, y: TOP + 14 }));
      return group;
    });
    this.marks.replaceChildren(...drawn);
  }
}

function made(name, attributes) {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function words(text, attributes) {
  const element = made("text", attributes);
  element.textContent = text;
  return element;
}

function colourOf(line, index) {
  return line.colour ?? (index % COLOURS) + 1;
}

function scale(low, high, start, end) {
  return (value) => start + ((value - low) / (high - low)) * (end - start);
}

export function span(lists) {
  let low = Infinity;
  let high = -Infinity;
  for (const list of lists) {
    for (const value of list) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return [0, 1];
  if (high - low > Math.abs(high) * 1e-12) return [low, high];
  const half = Math.abs(low) / 4 || 0.5;
  return [low - half, high + half];
}

function widened([low, high]) {
  const margin = (high - low) * 0.05;
  return [low - margin, high + margin];
}

export function ticks(low, high, most = 6) {
  const raw = (high - low) / (most - 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => power * factor).find((one) => one >= raw * 0.999);
  const found = [];
  for (let number = Math.ceil(low / step - 1e-9); number <= Math.floor(high / step + 1e-9); number += 1) {
    found.push(Number((number * step).toPrecision(10)));
  }
  return found;
}

export function said(value) {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : "unknown";
}

// Of each stretch, the least and the greatest stay.
function pathOf({ x, y }, across, up) {
  const parts = [];
  const size = y.length > MOST ? Math.ceil(y.length / (MOST / 2)) : 1;
  let pen = "M";
  const put = (index) => {
    if (!Number.isFinite(x[index]) || !Number.isFinite(y[index])) {
      pen = "M";
      return;
    }
    parts.push(`${pen}${across(x[index]).toFixed(1)} ${up(y[index]).toFixed(1)}`);
    pen = "L";
  };
  for (let start = 0; start < y.length; start += size) {
    if (size === 1) put(start);
    else for (const index of ends(y, start, Math.min(start + size, y.length))) put(index);
  }
  return parts.join("");
}

function ends(values, start, stop) {
  let least = start;
  let most = start;
  for (let index = start; index < stop; index += 1) {
    if (values[index] < values[least]) least = index;
    if (values[index] > values[most]) most = index;
  }
  return least === most ? [least] : [Math.min(least, most), Math.max(least, most)];
}

function summary({ name, y }) {
  const known = y.filter(Number.isFinite);
  if (known.length === 0) return `${name}: nothing to show`;
  const [low, high] = span([known]);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return `${name}: ${known.length} points, from ${said(low)} to ${said(high)}, mean ${said(mean)}`;
}
