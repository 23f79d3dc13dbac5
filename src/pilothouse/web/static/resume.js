// Writes signs of evidence into the text, copies profile texts, and warns before typed text is lost.
"use strict";
(() => {
  let field = null;
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-part]")) field = event.target;
  });

  function insert(words) {
    const target = field || document.querySelector("details[open] [data-part]");
    if (!target) return;
    const line = target.value.indexOf("\n", target.selectionEnd);
    const at = line < 0 ? target.value.length : line;
    const gap = /\S$/.test(target.value.slice(0, at)) ? " " : "";
    target.setRangeText(gap + words, at, at, "end");
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.focus();
  }

  async function copy(button) {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.querySelector("svg")?.nextSibling?.replaceWith("Copied");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert], [data-copy]");
    if (!button) return;
    if (button.dataset.insert) insert(button.dataset.insert);
    else copy(button);
  });
  if (navigator.clipboard) {
    document.querySelectorAll("[data-copy]").forEach((each) => each.removeAttribute("hidden"));
  }

  const form = document.querySelector("[data-resume]");
  if (!form) return;
  let changed = false;
  const sign = form.querySelector("[data-unsaved]");
  form.addEventListener("input", () => {
    changed = true;
    sign?.removeAttribute("hidden");
  });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
})();
