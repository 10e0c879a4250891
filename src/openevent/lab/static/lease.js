// The bar that says whose turn it is: the time that is left runs, signs of life go to the server, and the page comes
// anew when the turn begins or ends.
import { ask, repeat, tell } from "./net.js";

const BEAT = 10_000;
const SOON = 60;

export function enhance(bar) {
  const { state, status, beat } = bar.dataset;
  const clock = bar.querySelector("[data-left]");
  let endsAt = Date.now() + Number(bar.dataset.seconds || 0) * 1000;
  if (clock && status === "held") setInterval(tick, 1000);
  repeat(look, status === "held" ? BEAT : 4000);

  async function look() {
    const found = status === "held" ? await tell(beat, {}) : await ask(state);
    if (!found) return;
    if (found.lease !== status) return location.reload();
    if (found.seconds !== null) endsAt = Date.now() + found.seconds * 1000;
    const place = bar.querySelector("[data-place]");
    if (place && found.said) place.textContent = found.said;
  }

  function tick() {
    const seconds = Math.max(Math.round((endsAt - Date.now()) / 1000), 0);
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    clock.classList.toggle("soon", seconds <= SOON);
  }
}
