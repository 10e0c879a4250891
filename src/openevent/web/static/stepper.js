// Plus and minus beside a number of tickets.
export function enhance(place) {
  const input = place.querySelector("input");
  place.prepend(button("−", "One less", -1));
  place.append(button("+", "One more", 1));
  input.addEventListener("input", refresh);
  refresh();

  function button(sign, label, step) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = sign;
    made.setAttribute("aria-label", `${label}: ${input.dataset.name}`);
    made.addEventListener("click", () => change(step));
    return made;
  }

  // Nothing, or at least as many as one must take: the step between the two is one step.
  function change(step) {
    const least = Number(input.dataset.least || 1);
    const most = Number(input.max || Infinity);
    const now = Number(input.value) || 0;
    let next = now + step;
    if (next > 0 && next < least) next = step > 0 ? least : 0;
    input.value = String(Math.max(0, Math.min(most, next)));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function refresh() {
    const [less, more] = place.querySelectorAll("button");
    less.disabled = !(Number(input.value) > 0);
    more.disabled = Number(input.value) >= Number(input.max || Infinity);
  }
}
