// Runs before the first paint: the theme and density chosen earlier, else the system's theme.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const read = (name) => {
    try {
      return localStorage.getItem(`pilothouse.${name}`);
    } catch {
      return null; // storage may be forbidden: then the choice lasts for this page
    }
  };
  const choice = { theme: read("theme") ?? "system", density: read("density") ?? "cosy" };

  const apply = () => {
    root.dataset.theme = choice.theme;
    root.dataset.density = choice.density;
    // The vendored style sheet knows dark by this class only.
    root.classList.toggle("dark", choice.theme === "dark" || (choice.theme === "system" && dark.matches));
    for (const button of document.querySelectorAll("[data-set-theme]"))
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === choice.theme));
    for (const button of document.querySelectorAll("[data-set-density]"))
      button.setAttribute("aria-pressed", String(button.dataset.setDensity === choice.density));
  };
  const choose = (name, value) => {
    choice[name] = value;
    try {
      localStorage.setItem(`pilothouse.${name}`, value);
    } catch {
      // see above
    }
    apply();
  };

  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", (event) => {
    const theme = event.target.closest?.("[data-set-theme]");
    if (theme) choose("theme", theme.dataset.setTheme);
    const density = event.target.closest?.("[data-set-density]");
    if (density)
      choose("density", choice.density === density.dataset.setDensity ? "cosy" : density.dataset.setDensity);
  });
})();
