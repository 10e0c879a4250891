// The box for one function call: its result appears below it, and earlier ones stay as long as the page does.
import { tell } from "./net.js";

const KEPT = 20;

export function enhance(form) {
  const input = form.querySelector("input[type=text]");
  const button = form.querySelector("button");
  const results = document.getElementById(form.dataset.labCall);
  const said = [];
  let at = 0;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const call = input.value.trim();
    if (!call) return input.focus();
    said.push(call);
    at = said.length;
    button.disabled = true;
    try {
      const found = await tell(form.action, { function: call });
      show(call, found.text, found.run, false);
    } catch (error) {
      show(call, error.message, null, true);
    }
    button.disabled = false;
    input.select();
    document.dispatchEvent(new Event("lab:turn")); // a call takes the turn where nobody has it
  });

  // Up and down, as in a terminal.
  input.addEventListener("keydown", (event) => {
    if ((event.key !== "ArrowUp" && event.key !== "ArrowDown") || said.length === 0) return;
    event.preventDefault();
    at = Math.min(Math.max(at + (event.key === "ArrowUp" ? -1 : 1), 0), said.length - 1);
    input.value = said[at];
  });

  function show(call, text, run, isWrong) {
    const line = document.createElement("li");
    const asked = document.createElement("code");
    asked.textContent = call;
    const answer = document.createElement("output");
    answer.textContent = text;
    line.classList.toggle("wrong", isWrong);
    line.append(asked, answer);
    if (run) {
      const link = document.createElement("a");
      link.href = run;
      link.textContent = "Details";
      line.append(link);
    }
    results.prepend(line);
    while (results.children.length > KEPT) results.lastChild.remove();
  }
}
