// The oscilloscope: inputs over time, one input over another, or their spectra; cursors and measurements.
import { Live, argumentsOf } from "./live.js";
import { save } from "./net.js";
import { Screen } from "./plot.js";
import { csv, engineering, measured, spectrum } from "./signal.js";

export function enhance(place) {
  const form = place.querySelector("form[data-spec]");
  const view = place.querySelector("form[data-view]");
  const screen = new Screen(place.querySelector("[data-screen]"));
  const table = place.querySelector("[data-measurements]");
  const readout = place.querySelector("[data-readout]");
  let series = null;
  new Live(place, { onValue: take, specOf: () => ({ function: "capture", arguments: argumentsOf(form), rate: 8 }) });
  view.addEventListener("input", draw);
  view.addEventListener("submit", (event) => event.preventDefault());
  place.querySelector("[data-save]").addEventListener("click", keep);
  draw();

  function take(frame) {
    if (frame.result !== "series" || frame.spec.function.startsWith("logic")) return;
    series = frame.value;
    draw();
  }

  function draw() {
    const mode = view.elements.mode.value;
    const lines = series ? shown(mode) : [];
    const label = { time: "ms", spectrum: "Hz", xy: "V" }[mode];
    screen.draw({ lines, xLabel: label, yLabel: "V", range: series ? {} : { x: [0, 2], y: [-5, 5] } });
    point(mode, lines);
    if (series && lines.length === 0) readout.textContent = "XY needs two inputs.";
    tell();
  }

  function shown(mode) {
    const seconds = series.data[0].map((value) => value * 1e-6);
    const columns = series.columns.slice(1).map((name, index) => ({ name, colour: index + 1, y: series.data[index + 1] }));
    if (mode === "spectrum") return columns.map((line) => ({ ...line, ...spectrum(seconds, line.y) }));
    if (mode === "xy") {
      return columns.length < 2 ? [] : [{ name: `${columns[1].name} over ${columns[0].name}`, x: columns[0].y, y: columns[1].y }];
    }
    const x = seconds.map((value) => value * 1000);
    return columns.map((line) => ({ ...line, x }));
  }

  function point(mode, lines) {
    const isOn = view.elements.cursors.checked && lines.length > 0 && mode !== "xy";
    const [a, b] = [view.elements.a, view.elements.b];
    a.disabled = b.disabled = !isOn;
    if (!isOn) {
      screen.mark([]);
      readout.textContent = "";
      return;
    }
    const { x } = lines[0];
    const places = [a, b].map((input) => x[Math.round((Number(input.value) / 1000) * (x.length - 1))]);
    screen.mark([{ at: places[0], name: "A" }, { at: places[1], name: "B" }]);
    readout.textContent = read(mode, lines, places);
  }

  function read(mode, lines, [a, b]) {
    const unit = mode === "spectrum" ? "Hz" : "s";
    const factor = mode === "spectrum" ? 1 : 1e-3;
    const apart = Math.abs(b - a) * factor;
    const parts = [`A ${engineering(a * factor, unit)}`, `B ${engineering(b * factor, unit)}`, `apart ${engineering(apart, unit)}`];
    if (unit === "s" && apart > 0) parts.push(engineering(1 / apart, "Hz"));
    for (const line of lines) parts.push(`${line.name}: ${engineering(at(line, a), "V")}, ${engineering(at(line, b), "V")}`);
    return parts.join(" · ");
  }

  function at({ x, y }, where) {
    const index = x.findIndex((value) => value >= where);
    return y[index < 0 ? y.length - 1 : index];
  }

  function tell() {
    if (!series) return;
    const seconds = series.data[0].map((value) => value * 1e-6);
    const rows = series.columns.slice(1).map((name, index) => {
      const found = measured(seconds, series.data[index + 1]);
      const values = [found.swing, found.mean, found.rms, found.low, found.high].map((value) => engineering(value, "V"));
      return row(name, [...values, engineering(found.frequency, "Hz")], index + 1);
    });
    table.replaceChildren(...rows);
  }

  function row(name, values, colour) {
    const line = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.className = `plot-${colour}`;
    head.textContent = name;
    const cells = values.map((value) => {
      const cell = document.createElement("td");
      cell.textContent = value;
      return cell;
    });
    line.append(head, ...cells);
    return line;
  }

  function keep() {
    if (!series) return;
    const columns = series.columns.map((name, index) => (series.units[index] ? `${name} (${series.units[index]})` : name));
    save("oscilloscope.csv", csv(columns, series.data[0].map((_, index) => series.data.map((list) => list[index]))));
  }
}
