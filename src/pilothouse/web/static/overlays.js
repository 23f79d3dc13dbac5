// Menus and dialogs are native (popover, dialog). This adds arrow keys to menus, opens dialogs
// from links that also work without script, and stands in where browsers lack command buttons.
(() => {
  const items = (menu) => [...menu.querySelectorAll(".menu-item:not(:disabled, [aria-disabled='true'])")];

  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("[data-menu]");
    if (!menu) return;
    const all = items(menu);
    const at = all.indexOf(document.activeElement);
    const next = {
      ArrowDown: (at + 1) % all.length,
      ArrowUp: (at + all.length - (at < 0 ? 0 : 1)) % all.length,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all[next]?.focus();
  });
  document.addEventListener(
    "toggle",
    (event) => {
      // It comes late: who pressed an arrow meanwhile is inside already and stays there.
      const isFresh = event.newState === "open" && event.target.matches?.("[data-menu]");
      if (isFresh && !event.target.contains(document.activeElement)) items(event.target)[0]?.focus();
    },
    true,
  );
  document.addEventListener("click", (event) => {
    const item = event.target.closest?.("[data-menu] .menu-item");
    if (item) item.closest("[data-menu]").hidePopover();
    const opener = event.target.closest?.("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (dialog && plain) {
      event.preventDefault();
      if (!dialog.open) dialog.showModal();
    }
  });

  if ("commandForElement" in HTMLButtonElement.prototype) return;
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[commandfor]");
    const target = button && document.getElementById(button.getAttribute("commandfor"));
    if (!target) return;
    if (button.getAttribute("command") === "show-modal") target.showModal();
    else if (button.getAttribute("command") === "close") target.close();
  });
})();
