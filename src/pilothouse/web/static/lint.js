// A finding leads to its line: the nearest block of the text, or the line in the editor. The script
// comes with the panel and may come twice; it listens once.
(() => {
  if (window.pilothouseLint) return;
  window.pilothouseLint = true;
  const STAY_MS = 4000;

  const blockAt = (line) => {
    const blocks = document.querySelectorAll("[data-document-text] [data-line]");
    let found = null;
    for (const block of blocks) {
      if (Number(block.dataset.line) <= line) found = block;
    }
    return found;
  };
  const showInText = (line) => {
    const block = blockAt(line);
    if (!block) return false;
    document.querySelectorAll(".lint-here").forEach((each) => each.classList.remove("lint-here"));
    block.classList.add("lint-here");
    block.scrollIntoView({ block: "center" });
    block.setAttribute("tabindex", "-1");
    block.focus({ preventScroll: true });
    setTimeout(() => block.classList.remove("lint-here"), STAY_MS);
    return true;
  };
  const showInEditor = (line) => {
    const area = document.getElementById("editor-body");
    if (!area) return false;
    const lines = area.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    area.scrollTop = (area.scrollHeight / Math.max(1, lines.length)) * (line - 4);
    return true;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-lint-line]");
    if (!link) return;
    const line = Number(link.dataset.lintLine);
    if (showInEditor(line) || showInText(line)) event.preventDefault();
  });
  const asked = Number(new URLSearchParams(location.search).get("line"));
  if (asked) showInText(asked);
})();
