// Narrows a list as one types; without scripts the form asks the server.
export function enhance(input) {
  const rows = [...document.querySelectorAll(`[data-words-of="${input.dataset.labFilter}"]`)];
  const groups = [...document.querySelectorAll("[data-group]")];
  const count = document.querySelector("[data-count]");
  input.addEventListener("input", narrow);
  input.form?.addEventListener("submit", (event) => event.preventDefault());
  if (input.value) narrow();

  function narrow() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => row.dataset.words.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    for (const group of groups) group.hidden = !group.querySelector("[data-words]:not([hidden])");
    if (count) count.textContent = shown === 1 ? "1 function" : `${shown} functions`;
  }
}
