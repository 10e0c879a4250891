// The page of a run while it goes on: new events are asked for by number, and what has changed is drawn anew. The
// server draws, so that a page which comes again looks the same; here only the pieces are put in place.
import { ask, repeat, tell, text } from "./net.js";

export function enhance(place) {
  const { events, application, press } = place.dataset;
  let after = Number(place.dataset.after);
  const stop = place.dataset.status === "ended" ? () => {} : repeat(look, 250);

  place.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-press]");
    if (button) send(event, button.dataset.press, null);
  });
  place.addEventListener("change", (event) => {
    const { target } = event;
    if (target.dataset.input) send(event, target.dataset.input, valueOf(target));
  });
  place.addEventListener("input", ({ target }) => {
    const output = target.type === "range" && target.parentElement.querySelector("output");
    if (output) output.textContent = `${target.value} ${target.dataset.unit ?? ""}`.trim();
  });
  place.addEventListener("submit", (event) => event.preventDefault());

  async function send(event, widget, value) {
    event.preventDefault();
    try {
      await tell(press, { widget, value });
      await look();
    } catch (error) {
      say(error.message);
    }
  }

  async function look() {
    const found = await ask(`${events}?after=${after}`);
    if (!found) return;
    const isNew = found.status !== place.dataset.status;
    if (found.last > after || isNew) {
      after = found.last;
      place.dataset.status = found.status;
      put(await text(isNew ? location.href : application));
    }
    if (found.status === "ended") stop();
  }

  // Only pieces that differ are exchanged, and never the one that somebody has the focus in.
  function put(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const head = page.querySelector(".run-head");
    if (head) document.querySelector(".run-head").replaceWith(document.adoptNode(head));
    for (const piece of page.querySelectorAll("[data-piece]")) {
      const old = place.querySelector(`[data-piece="${CSS.escape(piece.dataset.piece)}"]`);
      if (!old) append(piece);
      else if (old.dataset.state !== piece.dataset.state && !isBusy(old)) exchange(old, piece);
    }
  }

  function append(piece) {
    place.querySelector("[data-pieces]").append(document.adoptNode(piece));
  }

  function exchange(old, piece) {
    const inner = old.contains(document.activeElement) ? document.activeElement : null;
    const key = inner && (inner.dataset.press ?? inner.dataset.input);
    const opened = old.querySelector("details")?.open;
    old.replaceWith(document.adoptNode(piece));
    if (opened) piece.querySelector("details").open = true;
    if (key) piece.querySelector(`[data-press="${CSS.escape(key)}"], [data-input="${CSS.escape(key)}"]`)?.focus();
  }

  function isBusy(old) {
    const inner = old.contains(document.activeElement) ? document.activeElement : null;
    return inner?.dataset.input !== undefined;
  }

  function say(message) {
    const box = document.querySelector("[data-trouble]");
    box.textContent = message;
    box.hidden = false;
  }
}

function valueOf(input) {
  if (input.type === "checkbox") return input.checked;
  if (input.type === "number" || input.type === "range") return Number(input.value);
  return input.value;
}
