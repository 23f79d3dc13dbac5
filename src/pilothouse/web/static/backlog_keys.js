// The keys of the backlog's lists. Never while typing, and never when keys without Ctrl are off.
(() => {
  const backlog = window.pilothouseBacklog;
  if (!backlog) return;
  const { cursor, addressOf, layout, canEdit } = backlog;

  const allowed = () => {
    try {
      return localStorage.getItem("pilothouse.single-keys") !== "off";
    } catch {
      return true;
    }
  };
  const isTyping = (element) =>
    element.isContentEditable || element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select");
  const isElsewhere = () =>
    document.querySelector("dialog[open], [popover]:popover-open") ||
    !(document.activeElement === document.body || document.activeElement?.id === "main" || backlog.area.contains(document.activeElement));

  const act = (name) => {
    const row = cursor();
    if (!row || layout === "table") return false;
    const within = layout === "board" ? "column" : "parent";
    backlog.change(`${addressOf(row)}${name}/`, { within }, row.dataset.item);
    return true;
  };
  const shift = (name) => canEdit && act(name);
  const sideways = (by) => {
    const row = cursor();
    const columns = [...backlog.area.querySelectorAll("[data-column]")];
    const at = columns.findIndex((column) => column.contains(row));
    const near = columns.slice(at + by)[0];
    if (!row || at + by < 0) return false;
    const place = [...columns[at].querySelectorAll("[data-item]")].indexOf(row);
    const others = near ? [...near.querySelectorAll("[data-item]")] : [];
    backlog.put(others[Math.min(place, others.length - 1)] ?? row);
    return true;
  };
  const open = () => {
    const row = cursor();
    if (row) location.assign(addressOf(row));
    return Boolean(row);
  };
  const done = (result) => result ?? true;

  const PLAIN = {
    j: () => done(backlog.step(1)),
    k: () => done(backlog.step(-1)),
    ArrowDown: () => Boolean(cursor()) && done(backlog.step(1)),
    ArrowUp: () => Boolean(cursor()) && done(backlog.step(-1)),
    Enter: () => document.activeElement?.matches(".item-title") ? false : document.activeElement === document.body && open(),
    o: open,
    ArrowLeft: () => (layout === "board" ? sideways(-1) : done(backlog.fold(cursor(), true))),
    ArrowRight: () => (layout === "board" ? sideways(1) : done(backlog.fold(cursor(), false))),
    h: () => layout === "board" && sideways(-1),
    l: () => layout === "board" && sideways(1),
    Escape: () => {
      const had = backlog.chosen().length > 0;
      backlog.letGo();
      return had;
    },
  };
  const EDITS = {
    x: () => done(backlog.choose(cursor())),
    n: () => done(backlog.openQuick?.()),
    e: () => done(backlog.editTitle(cursor())),
    t: () => done(backlog.editTags(cursor())),
    s: () => done(backlog.openMenu(cursor())),
    J: () => shift("down"),
    K: () => shift("up"),
  };
  const shifted = (event) => {
    if (event.altKey && event.key === "ArrowUp") return shift("up");
    if (event.altKey && event.key === "ArrowDown") return shift("down");
    if (event.altKey) return false;
    const isInRow = backlog.rowOf(document.activeElement)?.hasAttribute("data-cursor") && document.activeElement.matches(".item-title");
    if (event.key === "Tab" && layout === "outline" && canEdit && isInRow) {
      return shift(event.shiftKey ? "outdent" : "indent");
    }
    if (event.shiftKey && layout === "board") {
      if (event.key === "ArrowLeft") return shift("back");
      if (event.key === "ArrowRight") return shift("forward");
      if (event.key === "ArrowUp") return shift("up");
      if (event.key === "ArrowDown") return shift("down");
    }
    return null;
  };

  // The list of all keys ("?") tells those of this page first.
  const own = document.querySelectorAll("[data-page-keys] > div");
  document.querySelector("#keys .key-list")?.prepend(...[...own].map((line) => line.cloneNode(true)));

  // Before the keys of all pages: what is used here is theirs no more.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey) return;
      if (isTyping(event.target) || isElsewhere() || !allowed()) return;
      const moved = shifted(event);
      if (moved !== null) {
        if (moved) event.preventDefault();
        return;
      }
      const action = PLAIN[event.key] ?? (canEdit ? EDITS[event.key] : undefined);
      if (action?.()) event.preventDefault();
    },
    true,
  );
})();
