// The bar that says whose turn it is: the time that is left runs, signs of life go to the server, and the bar comes
// anew when the turn begins or ends. Instruments come anew as a whole then: their knobs are for who has the device. Who
// waits behind another tab is told in the title that it is their turn; whoever does not come then loses it.
import { ask, repeat, tell, text } from "./net.js";

const BEAT = 10_000;
const LOOK = 4000;
const SOON = 60;

export function enhance(bar) {
  const { state, status, beat } = bar.dataset;
  const clock = bar.querySelector("[data-left]");
  let endsAt = Date.now() + Number(bar.dataset.seconds || 0) * 1000;
  const ticking = clock && status === "held" ? setInterval(tick, 1000) : 0;
  const stop = status === "held" ? repeat(look, BEAT) : repeat(look, LOOK, status === "waiting");
  if (status === "held" && document.visibilityState === "hidden") announce(look);
  document.addEventListener("lab:turn", look);

  async function look() {
    const found = status === "held" ? await tell(beat, {}) : await ask(state);
    if (!found || !bar.isConnected) return;
    if (found.lease !== status) return renew();
    if (found.seconds !== null) endsAt = Date.now() + found.seconds * 1000;
    const place = bar.querySelector("[data-place]");
    if (place && found.said) place.textContent = found.said;
  }

  async function renew() {
    stop();
    clearInterval(ticking);
    document.removeEventListener("lab:turn", look);
    if (document.querySelector("[data-holds], [data-lab-knobs]")) return location.reload();
    const page = new DOMParser().parseFromString(await text(bar.dataset.bar), "text/html");
    const fresh = document.adoptNode(page.querySelector("[data-lab-lease]"));
    bar.replaceWith(fresh);
    enhance(fresh);
  }

  function tick() {
    const seconds = Math.max(Math.round((endsAt - Date.now()) / 1000), 0);
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    clock.classList.toggle("soon", seconds <= SOON);
  }
}

function announce(look) {
  const title = document.title;
  document.title = `● Your turn · ${title}`;
  document.addEventListener("visibilitychange", seen);

  function seen() {
    if (document.visibilityState === "hidden") return;
    document.removeEventListener("visibilitychange", seen);
    document.title = title;
    look();
  }
}
