// The logic analyzer: levels as steps, one above the other.
import { Live, argumentsOf } from "./live.js";
import { save } from "./net.js";
import { Screen } from "./plot.js";
import { csv } from "./signal.js";

const LANE = 1.5;

export function enhance(place) {
  const form = place.querySelector("form[data-spec]");
  const screen = new Screen(place.querySelector("[data-screen]"));
  let series = null;
  new Live(place, { onValue: take, specOf: () => ({ function: "logic_capture", arguments: argumentsOf(form), rate: 2 }) });
  place.querySelector("[data-save]").addEventListener("click", keep);
  draw();

  function take(frame) {
    if (frame.spec.function !== "logic_capture") return;
    series = frame.value;
    draw();
  }

  function draw() {
    const names = series ? series.columns.slice(1) : ["LA1"];
    const lift = (index) => (names.length - 1 - index) * LANE;
    const lines = series ? names.map((name, index) => steps(name, series.data[0], series.data[index + 1], lift(index), index)) : [];
    const upWords = names.map((name, index) => [lift(index) + 0.5, name]);
    const range = { y: [-0.25, (names.length - 1) * LANE + 1.25], ...(series ? {} : { x: [0, 1] }) };
    screen.draw({ lines, xLabel: "ms", range, upWords });
  }

  // Each level lasts until the next time.
  function steps(name, times, levels, lift, index) {
    const x = [];
    const y = [];
    times.forEach((time, at) => {
      const level = levels[at] + lift;
      if (at > 0) {
        x.push(time / 1000);
        y.push(y.at(-1));
      }
      x.push(time / 1000);
      y.push(level);
    });
    return { name, x, y, colour: (index % 6) + 1 };
  }

  function keep() {
    if (!series) return;
    const columns = series.columns.map((name, index) => (series.units[index] ? `${name} (${series.units[index]})` : name));
    save("logic.csv", csv(columns, series.data[0].map((_, index) => series.data.map((list) => list[index]))));
  }
}
