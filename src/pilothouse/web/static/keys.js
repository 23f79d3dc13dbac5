// Keys: Ctrl-K and "/" search, "c" captures, "?" lists the keys, "g" and a letter goes to a page.
// Never while typing; and keys without Ctrl can be turned off (they disturb dictation).
(() => {
  const PAUSE_MS = 1500;
  const NAME = "pilothouse.single-keys";
  let goUntil = 0;

  const allowed = () => {
    try {
      return localStorage.getItem(NAME) !== "off";
    } catch {
      return true;
    }
  };
  const open = (id) => {
    const dialog = document.getElementById(id);
    if (dialog && !document.querySelector("dialog[open]")) dialog.showModal();
    return Boolean(dialog);
  };
  const isTyping = (element) =>
    element.isContentEditable || element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select");

  const act = (key) => {
    if (performance.now() < goUntil) {
      goUntil = 0;
      const page = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      page?.click();
      return Boolean(page);
    }
    if (key === "g") {
      goUntil = performance.now() + PAUSE_MS;
      return true;
    }
    if (key === "c") return open("capture");
    if (key === "?") return open("keys");
    return key === "/" && open("palette");
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      if (open("palette")) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !allowed()) return;
    if (document.querySelector("dialog[open]")) return;
    if (act(event.key)) event.preventDefault();
  });

  const box = document.querySelector("[data-single-keys]");
  if (!box) return;
  box.checked = allowed();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(NAME, box.checked ? "on" : "off");
    } catch {
      // storage may be forbidden: then the choice cannot be kept
    }
  });
})();
