// What the tools of the editor do to the text; every change can be undone with Ctrl-Z.
(() => {
  const form = document.querySelector("[data-editor]");
  if (!form) return;
  const area = form.elements.body;

  const replace = (start, end, text, from = start + text.length, to = from) => {
    area.focus();
    area.setSelectionRange(start, end);
    // The only way that keeps the undo history of a text field; the other is for browsers without it.
    if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
      area.setRangeText(text, start, end, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    area.setSelectionRange(from, to);
  };

  const wrap = (mark, example) => {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const inside = value.slice(start, end);
    const before = value.slice(start - mark.length, start);
    const after = value.slice(end, end + mark.length);
    if (before === mark && after === mark) {
      return replace(start - mark.length, end + mark.length, inside, start - mark.length, end - mark.length);
    }
    const words = inside || example;
    return replace(start, end, mark + words + mark, start + mark.length, start + mark.length + words.length);
  };

  const prefix = (mark, isOn) => {
    const { selectionStart, selectionEnd, value } = area;
    const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
    const stop = value.indexOf("\n", selectionEnd);
    const end = stop < 0 ? value.length : stop;
    const lines = value.slice(start, end).split("\n");
    const isEvery = lines.every((line) => isOn.test(line));
    const changed = lines.map((line) => (isEvery ? line.replace(isOn, "") : mark + line.replace(isOn, "")));
    const text = changed.join("\n");
    const single = lines.length === 1;
    replace(start, end, text, single ? start + text.length : start, start + text.length);
  };

  const link = () => {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const words = value.slice(start, end) || "words";
    const text = `[${words}](https://)`;
    replace(start, end, text, start + text.length - 1);
  };

  const code = () => {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const inside = value.slice(start, end);
    if (!inside.includes("\n")) return wrap("`", "code");
    return replace(start, end, `\`\`\`\n${inside}\n\`\`\``);
  };

  const tools = {
    bold: () => wrap("**", "bold"),
    italic: () => wrap("*", "italic"),
    heading: () => prefix("## ", /^#{1,6} /),
    list: () => prefix("- ", /^- (?!\[)/),
    checklist: () => prefix("- [ ] ", /^- \[[ x]\] /),
    quote: () => prefix("> ", /^> ?/),
    code,
    link,
    mention: () => replace(area.selectionStart, area.selectionEnd, "@"),
    claim: () => area.dispatchEvent(new CustomEvent("editor:claim", { bubbles: true, detail: {} })),
  };

  form.addEventListener("click", (event) => {
    const tool = event.target.closest?.("[data-tool]");
    if (tool) tools[tool.dataset.tool]?.();
  });
  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const tool = { b: "bold", i: "italic" }[event.key.toLowerCase()];
    if (!tool) return;
    event.preventDefault();
    tools[tool]();
  });
  // Other parts of the editor put text in by this event: from, to, text, and where the caret stands.
  area.addEventListener("editor:insert", (event) => {
    const { start = area.selectionStart, end = area.selectionEnd, text, caret } = event.detail;
    replace(start, end, text, caret === undefined ? start + text.length : start + caret);
  });
})();
