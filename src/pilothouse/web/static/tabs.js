// Tabs after the ARIA pattern: arrows, Home and End move and select; one panel shows.
(() => {
  const tabsOf = (list) => [...list.querySelectorAll('[role="tab"]')];
  const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

  const select = (tab) => {
    for (const other of tabsOf(tab.closest('[role="tablist"]'))) {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
      const panel = panelOf(other);
      if (panel) panel.hidden = other !== tab;
    }
  };
  const prepare = () => {
    for (const list of document.querySelectorAll('[data-tabs] > [role="tablist"]')) {
      const tabs = tabsOf(list);
      const chosen = tabs.find((tab) => tab.getAttribute("aria-selected") === "true") ?? tabs[0];
      if (chosen) select(chosen);
    }
    // A row of pages that is wider than the screen shows the one that is open.
    for (const here of document.querySelectorAll(".subnav [aria-current]")) {
      here.scrollIntoView({ block: "nearest", inline: "center" });
    }
  };

  prepare();
  document.addEventListener("htmx:after:swap", prepare);
  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.('[data-tabs] > [role="tablist"] > [role="tab"]');
    if (tab) select(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.('[data-tabs] > [role="tablist"] > [role="tab"]');
    if (!tab) return;
    const tabs = tabsOf(tab.parentElement);
    const at = tabs.indexOf(tab);
    const next = {
      ArrowRight: tabs[(at + 1) % tabs.length],
      ArrowLeft: tabs[(at + tabs.length - 1) % tabs.length],
      Home: tabs[0],
      End: tabs.at(-1),
    }[event.key];
    if (!next) return;
    event.preventDefault();
    select(next);
    next.focus();
  });
})();
