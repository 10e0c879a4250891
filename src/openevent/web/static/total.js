// Says what the chosen tickets come to, as they are chosen. The server counts again: this is for the eye.
export function enhance(form) {
  const place = form.querySelector("[data-sum]");
  const output = place?.querySelector("output");
  if (!output) return;
  const money = new Intl.NumberFormat(undefined, { style: "currency", currency: form.dataset.currency });
  form.addEventListener("input", refresh);
  place.hidden = false;
  refresh();

  function refresh() {
    const lines = [...form.querySelectorAll("input[data-price]")];
    const sum = lines.reduce((total, line) => total + number(line.value) * price(line), 0);
    output.textContent = money.format(sum);
  }

  function price(line) {
    const own = line.dataset.amount && form.elements[line.dataset.amount];
    const full = number(own ? own.value : line.dataset.price);
    return Math.max(full * (1 - number(line.dataset.percent) / 100) - number(line.dataset.amountOff), 0);
  }
}

function number(text) {
  const value = Number(String(text).replace(",", "."));
  return Number.isFinite(value) && value > 0 ? value : 0;
}
