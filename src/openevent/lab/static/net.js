// Talking with the server: JSON both ways, forms with the token that their page came with.
function token() {
  return document.querySelector('input[name="csrf_token"]')?.value ?? "";
}

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function answered(response) {
  if (response.status === 204 || response.status === 304) return null;
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const found = isJson ? await response.json() : null;
  if (response.ok && found !== null) return found;
  throw new Refused(response.status, found?.detail ?? "The server did not answer as it should. Please try again.");
}

async function fetched(address, options) {
  try {
    return await fetch(address, { credentials: "same-origin", ...options });
  } catch {
    throw new Refused(0, "The server can’t be reached at the moment.");
  }
}

export async function ask(address) {
  return answered(await fetched(address, { headers: { Accept: "application/json" } }));
}

export async function text(address) {
  const response = await fetched(address, { headers: { Accept: "text/html" } });
  if (!response.ok) throw new Refused(response.status, "The page could not be read.");
  return response.text();
}

export async function tell(address, body) {
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token() };
  return answered(await fetched(address, { method: "POST", headers, body: JSON.stringify(body) }));
}

// Calls `step` again and again, never two at once, not while nobody looks (unless `unseen`); slower while it fails.
export function repeat(step, milliseconds, unseen = false) {
  let stopped = false;
  let wait = milliseconds;
  async function turn() {
    if (stopped) return;
    if (unseen || document.visibilityState === "visible") {
      try {
        await step();
        wait = milliseconds;
      } catch (error) {
        wait = Math.min(wait * 2, 10_000);
        if (error.status === 401 || error.status === 403 || error.status === 404) stopped = true;
      }
    }
    setTimeout(turn, wait);
  }
  turn();
  return () => {
    stopped = true;
  };
}

// A file made of what is on the page, for whoever wants to keep it.
export function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
