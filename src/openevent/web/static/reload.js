// Looks again after a while, at a page that waits for something; once the wait is over the server sends us on.
export function enhance(place) {
  setTimeout(() => location.reload(), Number(place.dataset.reload) * 1000);
}
