// Fills the form of a new posting with what the bookmarklet brought. It is only shown; saving is the
// person's own act.
(() => {
  const form = document.getElementById("posting-form");
  if (!form || !location.hash.startsWith("#posting=")) return;
  try {
    const brought = JSON.parse(decodeURIComponent(location.hash.slice("#posting=".length)));
    for (const name of ["text", "title", "url"]) {
      const field = form.elements[name];
      const most = field.maxLength > 0 ? field.maxLength : Infinity;
      if (typeof brought[name] === "string") field.value = brought[name].slice(0, most);
    }
    form.elements.source.value = "bookmarklet";
    form.elements.text.focus();
  } catch {
    document.dispatchEvent(
      new CustomEvent("toast", { detail: { text: "What the bookmarklet brought cannot be read.", tone: "bad" } }),
    );
  }
  history.replaceState(null, "", location.pathname);
})();
