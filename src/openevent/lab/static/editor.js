// A text area with line numbers and colours: what is typed lies, transparent, over a coloured copy of itself.
// Tab indents, Shift+Tab takes it back, Enter keeps the indentation; Escape and then Tab leaves the field.
const WORDS = new Set(
  ("and as assert async await break class continue def del elif else except False finally for from global if import in " +
    "is lambda None nonlocal not or pass raise return True try while with yield").split(" "),
);
const TOKEN =
  /(?<comment>#.*)|(?<text>(?:[rbfu]{0,2})(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))|(?<number>\b\d[\d_.]*(?:e[+-]?\d+)?j?\b)|(?<name>[\p{L}_][\p{L}\p{N}_]*)/giu;

export function enhance(area) {
  const frame = document.createElement("div");
  frame.className = "editor";
  const gutter = document.createElement("pre");
  gutter.className = "editor-lines";
  gutter.setAttribute("aria-hidden", "true");
  const copy = document.createElement("pre");
  copy.className = "editor-copy";
  copy.setAttribute("aria-hidden", "true");
  area.replaceWith(frame);
  frame.append(gutter, copy, area);
  area.wrap = "off";
  const wrong = Number(area.dataset.line || 0);
  let mayLeave = false;

  area.addEventListener("input", paint);
  area.addEventListener("scroll", follow);
  area.addEventListener("keydown", type);
  area.addEventListener("blur", () => (mayLeave = false));
  paint();

  function paint() {
    copy.replaceChildren(...coloured(area.value), "\n");
    const count = area.value.split("\n").length;
    if (gutter.childElementCount !== count) gutter.replaceChildren(...Array.from({ length: count }, numbered));
    follow();
  }

  function numbered(_, index) {
    const line = document.createElement("span");
    line.textContent = `${index + 1}\n`;
    line.classList.toggle("wrong-line", index + 1 === wrong);
    return line;
  }

  function follow() {
    copy.scrollTop = gutter.scrollTop = area.scrollTop;
    copy.scrollLeft = area.scrollLeft;
  }

  function type(event) {
    if (event.key === "Escape") mayLeave = true;
    else if (event.key === "Tab" && !mayLeave && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      indent(event.shiftKey);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      newLine();
    } else if (event.key === "Enter" || (event.key === "s" && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      area.form?.requestSubmit(area.form.querySelector("[data-save]") ?? undefined);
    }
  }

  // execCommand is the one way that leaves undo as people know it.
  function put(text) {
    document.execCommand("insertText", false, text);
    paint();
  }

  function newLine() {
    const before = area.value.slice(0, area.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const deeper = /:\s*(#.*)?$/.test(line) ? "    " : "";
    put(`\n${/^ */.exec(line)[0]}${deeper}`);
  }

  function indent(isBack) {
    const { selectionStart: from, selectionEnd: to, value } = area;
    if (from === to && !isBack) return put("    ");
    const start = value.lastIndexOf("\n", from - 1) + 1;
    const end = value.indexOf("\n", Math.max(to - 1, from));
    const stop = end < 0 ? value.length : end;
    const lines = value.slice(start, stop).split("\n");
    const made = lines.map((line) => (isBack ? line.replace(/^ {1,4}/, "") : `    ${line}`)).join("\n");
    area.setSelectionRange(start, stop);
    put(made);
    area.setSelectionRange(start, start + made.length);
  }
}

// Returns text and spans; nothing of it is ever read as markup.
export function coloured(source) {
  const pieces = [];
  let at = 0;
  for (const match of source.matchAll(TOKEN)) {
    const kind = kindOf(match.groups, source.slice(match.index + match[0].length));
    if (!kind) continue;
    if (match.index > at) pieces.push(source.slice(at, match.index));
    const span = document.createElement("span");
    span.className = `code-${kind}`;
    span.textContent = match[0];
    pieces.push(span);
    at = match.index + match[0].length;
  }
  pieces.push(source.slice(at));
  return pieces;
}

function kindOf({ comment, text, number, name }, rest) {
  if (comment !== undefined) return "comment";
  if (text !== undefined) return "text";
  if (number !== undefined) return "number";
  if (WORDS.has(name)) return "word";
  return rest.startsWith("(") ? "call" : null;
}
