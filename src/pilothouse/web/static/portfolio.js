// Writes signs of acts and pictures into the text, and words to hide into the form.
"use strict";
(() => {
  const show = (element) => element.removeAttribute("hidden");
  let field = null;
  document.querySelectorAll("[data-part]").forEach((each) => {
    each.addEventListener("focus", () => { field = each; });
  });

  document.querySelectorAll("[data-insert]").forEach((button) => {
    show(button);
    button.addEventListener("click", () => {
      const target = field || document.querySelector("[data-part]");
      if (!target) return;
      const at = target.selectionEnd;
      const before = target.value.slice(0, at);
      const gap = before && !/\s$/.test(before) ? " " : "";
      target.setRangeText(gap + button.dataset.insert, at, at, "end");
      target.focus();
    });
  });
  if (document.querySelector("[data-insert]")) {
    document.querySelectorAll(".no-script").forEach((each) => each.remove());
  }

  // A text that was begun is not lost by leaving.
  const form = document.querySelector("[data-study]");
  if (form) {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  }

  const rows = document.querySelector("[data-redactions]");
  function hide(words) {
    const empty = [...rows.querySelectorAll("[name=words]")].find((each) => !each.value);
    let row = empty && empty.closest(".redaction-row");
    if (!row) {
      row = rows.lastElementChild.cloneNode(true);
      row.querySelectorAll("input").forEach((each) => { each.value = ""; });
      rows.append(row);
    }
    row.querySelector("[name=words]").value = words.slice(0, 100);
    row.querySelector("[name=instead]").focus();
  }
  if (!rows) return;
  document.querySelectorAll("[data-hide]").forEach((button) => {
    show(button);
    button.addEventListener("click", () => hide(button.dataset.hide));
  });
  const marked = document.querySelector("[data-hide-selection]");
  const article = document.querySelector("[data-leaving]");
  let selected = "";
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const inside = selection.rangeCount && article.contains(selection.anchorNode);
    if (inside) selected = selection.toString().trim();
  });
  show(marked);
  marked.addEventListener("click", () => { if (selected) hide(selected); });
})();
