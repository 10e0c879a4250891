// Light, dark, or what the system says. The server reads the cookie, so the next page comes in it from the first pixel.
const A_YEAR = 31_536_000;

export function enhance(fieldset) {
  fieldset.hidden = false;
  fieldset.addEventListener("change", ({ target }) => choose(target.value));
}

function choose(theme) {
  const isAuto = theme === "auto";
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; samesite=lax; max-age=${isAuto ? 0 : A_YEAR}${secure}`;
  document.documentElement.toggleAttribute("data-theme", !isAuto);
  if (!isAuto) document.documentElement.dataset.theme = theme;
  document.querySelector('meta[name="color-scheme"]').content = isAuto ? "light dark" : theme;
}
