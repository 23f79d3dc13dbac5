// The menu of the editor: "/" at the beginning of a word inserts, "@" mentions. Arrows choose, Enter
// takes, Esc closes. What there is to choose comes from editor_choices.js.
(() => {
  const form = document.querySelector("[data-editor]");
  if (!form) return;
  const area = form.elements.body;
  const menu = document.getElementById("editor-menu");
  const TRIGGER = /(^|[\s(])([/@])([^\s/@][^\n/@]{0,40})?$/;
  let choices = [];
  let chosen = 0;
  let span = null;

  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", menu.id);

  const close = () => {
    menu.hidden = true;
    menu.replaceChildren();
    area.removeAttribute("aria-activedescendant");
    choices = [];
    span = null;
  };

  // A hidden copy of the text up to the caret tells where on the page the caret is.
  const caretPlace = () => {
    const mirror = document.createElement("div");
    const style = getComputedStyle(area);
    for (const name of ["font", "lineHeight", "padding", "borderWidth", "letterSpacing"]) mirror.style[name] = style[name];
    Object.assign(mirror.style, {
      position: "absolute",
      visibility: "hidden",
      whiteSpace: "pre-wrap",
      overflowWrap: "break-word",
      width: `${area.clientWidth}px`,
    });
    mirror.textContent = area.value.slice(0, area.selectionStart);
    const mark = document.createElement("span");
    mark.textContent = "|";
    mirror.append(mark);
    area.parentElement.append(mirror);
    const place = { left: mark.offsetLeft, top: mark.offsetTop + mark.offsetHeight - area.scrollTop };
    mirror.remove();
    return place;
  };

  const mark = (at) => {
    chosen = (at + choices.length) % choices.length;
    [...menu.children].forEach((option, place) => {
      option.setAttribute("aria-selected", String(place === chosen));
      if (place === chosen) option.scrollIntoView({ block: "nearest" });
    });
    area.setAttribute("aria-activedescendant", `editor-choice-${chosen}`);
  };

  const draw = () => {
    const options = choices.map((choice, place) => {
      const option = document.createElement("div");
      option.className = "editor-choice";
      option.id = `editor-choice-${place}`;
      option.setAttribute("role", "option");
      option.dataset.place = String(place);
      const hint = document.createElement("small");
      hint.textContent = choice.hint;
      option.append(choice.name, hint);
      return option;
    });
    menu.replaceChildren(...options);
    menu.hidden = false;
    const { left, top } = caretPlace();
    menu.style.left = `${Math.max(0, Math.min(left, area.clientWidth - menu.offsetWidth))}px`;
    menu.style.top = `${Math.max(0, Math.min(top, area.clientHeight - 40))}px`;
    mark(0);
  };

  const look = async () => {
    if (area.selectionStart !== area.selectionEnd) return close();
    const before = area.value.slice(0, area.selectionStart);
    const match = before.match(TRIGGER);
    if (!match) return close();
    const [, , trigger, words = ""] = match;
    const start = before.length - words.length - 1;
    const found = await area.editorChoices?.[trigger]?.(words);
    if (!found || area.selectionStart !== before.length) return undefined;
    if (!found.length) return close();
    choices = found.slice(0, 40);
    span = { start, end: before.length };
    return draw();
  };

  const take = (choice) => {
    const { start, end } = span;
    close();
    const text = choice.text ?? "";
    area.dispatchEvent(new CustomEvent("editor:insert", { detail: { start, end, text, caret: choice.caret } }));
    choice.act?.();
  };

  area.addEventListener("input", look);
  area.addEventListener("click", close);
  area.addEventListener("blur", () => setTimeout(close, 150));
  menu.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[data-place]");
    if (option) take(choices[Number(option.dataset.place)]);
  });
  area.addEventListener("keydown", (event) => {
    if (menu.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") mark(chosen + 1);
    else if (event.key === "ArrowUp") mark(chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(choices[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
})();
