// One panel's line to its device: what to measure goes there, frames come from there. Whoever does not hold the device
// only looks: frames cost it nothing, however many look.
import { ask, repeat, tell } from "./net.js";

const LOOK = 200; // milliseconds

export class Live {
  constructor(place, { onValue, specOf }) {
    this.place = place;
    this.onValue = onValue;
    this.specOf = specOf;
    this.holds = place.dataset.holds === "yes";
    this.trouble = place.querySelector("[data-trouble]");
    this.toggle = place.querySelector("[data-live]");
    this.form = place.querySelector("form[data-spec]");
    this.number = 0;
    this.isLive = false;
    this.toggle?.addEventListener("click", () => (this.isLive ? this.stop() : this.start()));
    this.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.once();
    });
    this.form?.addEventListener("change", () => this.isLive && this.start());
    if (!this.holds) this.look();
    addEventListener("pagehide", () => this.isLive && this.quiet());
  }

  look() {
    this.halt?.();
    this.halt = repeat(() => this.fetch(), LOOK);
  }

  async fetch() {
    const frame = await ask(`${this.place.dataset.latest}?after=${this.number}`);
    if (!frame) return;
    this.number = frame.number;
    if (frame.error) return this.say(frame.error);
    this.say("");
    this.onValue(frame);
  }

  async start() {
    try {
      await tell(this.place.dataset.watch, this.specOf());
      this.show(true);
      this.say("");
      this.look();
    } catch (error) {
      this.say(error.message);
    }
  }

  async stop() {
    this.show(false);
    this.halt?.();
    try {
      await tell(this.place.dataset.watch, {});
    } catch (error) {
      this.say(error.message);
    }
  }

  quiet() {
    const token = document.querySelector('input[name="csrf_token"]').value;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    fetch(this.place.dataset.watch, { method: "POST", headers, body: "{}", keepalive: true });
  }

  show(isLive) {
    this.isLive = isLive;
    this.toggle?.setAttribute("aria-pressed", String(isLive));
    if (this.toggle) this.toggle.textContent = isLive ? "Pause" : "Live";
  }

  async once() {
    if (this.isLive) await this.stop();
    try {
      const { function: name, arguments: given } = this.specOf();
      const found = await tell(this.place.dataset.calls, { name, arguments: given });
      this.say("");
      this.onValue({ ...found, spec: { function: name, arguments: given } });
    } catch (error) {
      this.say(error.message);
    }
  }

  say(message) {
    if (this.trouble.textContent === message) return;
    this.trouble.textContent = message;
    this.trouble.hidden = !message;
  }
}

// What a form of arguments says: numbers as numbers, what is left open not at all.
export function argumentsOf(form) {
  const found = {};
  for (const field of form.querySelectorAll("[data-kind]")) {
    const text = field.value.trim();
    if (text === "") continue;
    found[field.name] = valueOf(field.dataset.kind, text);
  }
  return found;
}

function valueOf(kind, text) {
  if (kind === "text") return text;
  if (kind === "numbers") return text.split(/[\s,;]+/).filter(Boolean).map(Number);
  if (kind === "choice") return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  return Number(text.replace(",", "."));
}
