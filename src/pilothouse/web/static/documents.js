// Reading a document: selected words become the subject of a comment, and passages that have
// comments are marked. "e" opens the editor.
(() => {
  const quoteField = document.getElementById("comment-quote");
  const textOf = () => document.querySelector("[data-document-text]");
  let button = null;

  const drop = () => {
    button?.remove();
    button = null;
  };
  const offer = () => {
    drop();
    const selection = window.getSelection();
    const words = selection.toString().trim().replace(/\s+/g, " ");
    if (!quoteField || !words || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!textOf()?.contains(range.commonAncestorContainer)) return;
    const box = range.getBoundingClientRect();
    button = document.createElement("button");
    button.type = "button";
    button.className = "btn comment-here";
    button.dataset.variant = "outline";
    button.dataset.size = "sm";
    button.textContent = "Comment on this";
    button.style.left = `${box.left + window.scrollX}px`;
    button.style.top = `${box.bottom + window.scrollY + 4}px`;
    button.addEventListener("click", () => {
      quoteField.value = words.slice(0, 500);
      drop();
      document.getElementById("comment-body").focus();
    });
    document.body.append(button);
  };

  // Where a passage stands in the text nodes, white space put aside.
  const find = (root, quote) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const places = [];
    let flat = "";
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (let at = 0; at < node.data.length; at += 1) {
        if (/\s/.test(node.data[at])) continue;
        flat += node.data[at];
        places.push([node, at]);
      }
    }
    const wanted = quote.replace(/\s/g, "");
    const start = wanted ? flat.indexOf(wanted) : -1;
    if (start < 0) return null;
    const range = new Range();
    range.setStart(...places[start]);
    const [last, at] = places[start + wanted.length - 1];
    range.setEnd(last, at + 1);
    return range;
  };
  const highlight = () => {
    const root = textOf();
    if (!root || !window.Highlight) return;
    const quotes = document.querySelectorAll(".thread:not([data-resolved]) [data-comment-quote]");
    const ranges = [...quotes].map((each) => find(root, each.firstChild?.data ?? "")).filter(Boolean);
    CSS.highlights.set("comments", new Highlight(...ranges));
  };

  highlight();
  document.addEventListener("htmx:after:swap", highlight);
  document.addEventListener("mouseup", () => setTimeout(offer));
  document.addEventListener("keyup", (event) => {
    if (event.shiftKey || event.key === "Shift") offer();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") drop();
    if (event.key !== "e" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    if (document.querySelector("dialog[open]") || localStorage.getItem("pilothouse.single-keys") === "off") return;
    document.querySelector("[data-edit-document]")?.click();
  });
})();
