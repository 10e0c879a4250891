// The multimeter: one large number, what it was before, and the record of it.
import { Live, argumentsOf } from "./live.js";
import { save } from "./net.js";
import { Screen } from "./plot.js";
import { csv, engineering } from "./signal.js";

const KEPT = 3600;

export function enhance(place) {
  const form = place.querySelector("form[data-spec]");
  const screen = new Screen(place.querySelector("[data-screen]"));
  const number = place.querySelector("[data-number]");
  const [low, high, mean, count] = ["low", "high", "mean", "count"].map((name) => place.querySelector(`[data-stat="${name}"]`));
  let readings = [];
  let measures = "";
  const live = new Live(place, { onValue: take, specOf: spec });
  form.addEventListener("change", follow);
  place.querySelector("[data-clear]").addEventListener("click", clear);
  place.querySelector("[data-save]").addEventListener("click", () =>
    save("multimeter.csv", csv(["at", "function", "value", "unit"], readings.map((one) => [one.at, one.what, one.value, one.unit]))),
  );
  follow();

  function spec() {
    const [name, channel] = form.elements.measure.value.split(":");
    return { function: name, arguments: channel ? { channel } : {}, rate: 4, ...argumentsOf(form) };
  }

  function follow() {
    if (measures && measures !== form.elements.measure.value) clear();
    measures = form.elements.measure.value;
  }

  function take(frame) {
    if (frame.result !== "number") return;
    const what = [frame.spec.function, ...Object.values(frame.spec.arguments ?? {})].join(" ");
    if (readings.length > 0 && readings.at(-1).what !== what) readings = [];
    readings.push({ at: frame.at ?? new Date().toISOString(), what, value: frame.value, unit: frame.unit });
    if (readings.length > KEPT) readings.shift();
    number.textContent = frame.value === null ? (frame.text || "no value") : engineering(frame.value, frame.unit);
    draw(frame.unit);
  }

  function draw(unit) {
    const known = readings.filter((one) => Number.isFinite(one.value));
    const values = known.map((one) => one.value);
    const sum = values.reduce((total, value) => total + value, 0);
    low.textContent = engineering(values.length ? Math.min(...values) : null, unit);
    high.textContent = engineering(values.length ? Math.max(...values) : null, unit);
    mean.textContent = engineering(values.length ? sum / values.length : null, unit);
    count.textContent = String(readings.length);
    const start = known.length ? Date.parse(known[0].at) : 0;
    const x = known.map((one) => (Date.parse(one.at) - start) / 1000);
    screen.draw({ lines: [{ name: "reading", x, y: values }], xLabel: "s", yLabel: unit });
  }

  function clear() {
    readings = [];
    number.textContent = "–";
    draw("");
  }
  draw("");
  return live;
}
