// Outputs: a slider beside each number, and what the device has answered below it. Without scripts the same form is
// sent as a whole.
import { argumentsOf } from "./live.js";
import { tell } from "./net.js";

export function enhance(form) {
  const answer = form.querySelector("output");
  form.querySelectorAll("input[type=number][min][max]").forEach(addSlider);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const found = await tell(form.dataset.labKnobs, { name: event.submitter?.value || form.dataset.function, arguments: argumentsOf(form) });
      say(found.text, false);
    } catch (error) {
      say(error.message, true);
    }
  });

  function say(text, isWrong) {
    answer.textContent = text;
    answer.classList.toggle("wrong", isWrong);
  }
}

function addSlider(input) {
  const least = Number(input.min);
  const most = Number(input.max);
  const isWide = least > 0 && most / least > 1000; // frequencies: as far from 1 to 10 as from 1000 to 10,000
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = 0;
  slider.max = 1000;
  slider.setAttribute("aria-label", `${input.labels[0]?.textContent.trim() ?? input.name}, slider`);
  const there = (part) => (isWide ? least * (most / least) ** part : least + (most - least) * part);
  const back = (value) => (isWide ? Math.log(value / least) / Math.log(most / least) : (value - least) / (most - least));
  const refresh = () => {
    slider.value = Math.round(back(Number(input.value || least)) * 1000);
    slider.setAttribute("aria-valuetext", `${input.value} ${input.dataset.unit ?? ""}`.trim());
  };
  slider.addEventListener("input", () => {
    input.value = Number(there(Number(slider.value) / 1000).toPrecision(3));
    refresh();
  });
  input.addEventListener("input", refresh);
  input.after(slider);
  refresh();
}
