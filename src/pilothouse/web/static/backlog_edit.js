// Editing in place: title, tags, status of a row, a new row where the cursor is.
(() => {
  const backlog = window.pilothouseBacklog;
  if (!backlog?.canEdit) return;
  const { area, put, change, cursor, addressOf } = backlog;
  const menu = document.getElementById("status-menu");
  const quick = document.getElementById("quick-add");
  let menuRow = null;

  // A field in the place of ``old``; Enter saves, Esc leaves all as it was.
  const editInPlace = (row, old, value, label, save) => {
    const input = document.createElement("input");
    input.className = "input title-input";
    input.value = value;
    input.setAttribute("aria-label", label);
    old.replaceWith(input);
    input.focus();
    let isOver = false;
    const end = async (isSaved) => {
      if (isOver) return;
      isOver = true;
      const text = input.value.trim();
      if (!isSaved || text === value) {
        input.replaceWith(old);
        return put(row);
      }
      input.disabled = true;
      const said = await backlog.post(addressOf(row), save(text));
      if (said) return backlog.refresh(row.dataset.item);
      // Refused: what was typed stays, to be put right.
      input.disabled = false;
      isOver = false;
      input.focus();
    };
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter") event.preventDefault();
      if (event.key === "Enter" || event.key === "Escape") end(event.key === "Enter");
    });
    input.addEventListener("blur", () => end(true));
  };
  const editTitle = (row) => {
    const title = row?.querySelector(".item-title");
    if (!title) return;
    editInPlace(row, title, title.textContent, "Title", (text) => ({ title: text }));
  };
  const editTags = (row) => {
    const side = row?.querySelector(".item-side, .card-foot");
    const cell = row?.querySelector("th");
    if (!side && !cell) return;
    const line = document.createElement("span");
    if (side) side.before(line);
    else cell.append(line);
    editInPlace(row, line, row.dataset.tags, "Tags, with commas between", (text) => ({ tags: text }));
  };

  const openMenu = (row) => {
    const mark = row?.querySelector(".item-status") ?? row?.querySelector(".item-title");
    if (!mark) return;
    menuRow = row;
    const place = mark.getBoundingClientRect();
    menu.style.positionArea = "none";
    menu.style.inset = "auto";
    menu.style.left = `${Math.min(place.left, innerWidth - 200)}px`;
    menu.style.top = `${Math.min(place.bottom, innerHeight - 230)}px`;
    menu.showPopover();
    // At once, so that the next key is the menu's and not the list's.
    menu.querySelector(".menu-item")?.focus();
  };
  menu.addEventListener("click", async (event) => {
    const status = event.target.closest("[data-set-status]")?.dataset.setStatus;
    const row = menuRow;
    if (!status || !row) return;
    const marked = backlog.chosen().map((box) => box.value);
    if (marked.includes(row.dataset.item) && marked.length > 1) {
      const data = marked.map((id) => ["item", id]);
      const said = await change(backlog.bar.action, [...data, ["status", status]], row.dataset.item);
      if (said) backlog.tell(`${said.title}. Changes can be undone under Changes.`, "good");
      return;
    }
    change(addressOf(row), { status }, row.dataset.item);
  });
  menu.addEventListener("toggle", (event) => {
    // Whoever types on at once has the focus elsewhere by now.
    if (event.newState === "closed" && menuRow && document.activeElement === document.body) put(menuRow);
  });

  // The line for a new item comes to where the cursor is, and goes home again.
  const home = quick && document.createComment("quick-add");
  quick?.before(home);
  const openQuick = () => {
    if (!quick) return;
    const row = cursor();
    quick.after.value = row?.dataset.item ?? "";
    quick.parent_id.value = row?.dataset.parent ?? "";
    if (row && backlog.layout === "outline") row.after(quick);
    quick.title.focus();
    quick.scrollIntoView({ block: "nearest" });
  };
  const closeQuick = () => {
    quick.after.value = quick.parent_id.value = "";
    home.after(quick);
    put(cursor());
  };
  quick?.addEventListener("keydown", (event) => event.key === "Escape" && closeQuick());
  quick?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(quick);
    if (backlog.layout === "board" && cursor()) data.set("status", cursor().dataset.status);
    const made = await backlog.post(quick.action, data);
    if (!made) return;
    quick.elements.title.value = "";
    home.after(quick);
    await backlog.refresh(made.id);
    openQuick();
  });

  area.addEventListener("click", (event) => {
    const mark = event.target.closest(".item-status");
    if (mark && backlog.rowOf(mark)) openMenu(backlog.rowOf(mark));
  });
  Object.assign(backlog, { editTitle, editTags, openMenu, openQuick });
})();
