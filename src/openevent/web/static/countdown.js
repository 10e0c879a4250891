// Counts the seconds that are left (as the server sees them: the visitor's clock may be wrong), then looks again.
const SOON = 120;

export function enhance(place) {
  const end = performance.now() + Number(place.dataset.countdown) * 1000;
  const timer = setInterval(tick, 1000);
  tick();

  function tick() {
    const left = Math.ceil((end - performance.now()) / 1000);
    if (left <= 0) {
      clearInterval(timer);
      location.reload();
      return;
    }
    place.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    place.classList.toggle("soon", left < SOON);
  }
}
