// Ctrl-K: pages of the navigation at once, and what the server finds as one types.
(() => {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  const list = dialog.querySelector('[role="listbox"]');
  const none = dialog.querySelector(".palette-none");
  const PAUSE_MS = 120;
  let timer = 0;
  let request = null;
  let found = [];

  const pages = [...document.querySelectorAll("[data-page]")].map((link) => {
    const option = document.createElement("a");
    option.className = "palette-option";
    option.setAttribute("role", "option");
    option.tabIndex = -1;
    option.href = link.href;
    const words = document.createElement("span");
    words.className = "palette-words";
    words.textContent = link.querySelector("[data-page-name]").textContent;
    option.append(link.querySelector("svg").cloneNode(true), words);
    if (link.dataset.go) {
      const keys = document.createElement("span");
      keys.className = "quiet small";
      keys.textContent = `g ${link.dataset.go}`;
      option.append(keys);
    }
    return option;
  });

  const options = () => [...list.querySelectorAll('[role="option"]')];
  const mark = (wanted) => {
    for (const [index, option] of options().entries()) {
      option.id ||= `palette-option-${index}`;
      option.setAttribute("aria-selected", String(option === wanted));
    }
    if (wanted) {
      input.setAttribute("aria-activedescendant", wanted.id);
      wanted.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const show = () => {
    const query = input.value.trim().toLowerCase();
    const matching = pages.filter((page) => page.querySelector(".palette-words").textContent.toLowerCase().includes(query));
    list.replaceChildren(...matching, ...found);
    options().forEach((option, index) => (option.id = `palette-option-${index}`));
    list.hidden = options().length === 0;
    none.hidden = options().length > 0 || timer !== 0 || request !== null;
    mark(options()[0]);
  };
  const ask = async () => {
    timer = 0;
    request?.abort();
    const query = input.value.trim();
    if (!query) return show();
    const mine = (request = new AbortController());
    const address = new URL(dialog.dataset.searchUrl, location.href);
    address.searchParams.set("q", query);
    try {
      const answer = await fetch(address, { signal: mine.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(`search answered ${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      found = [...page.querySelectorAll('[role="option"]')];
    } catch (error) {
      if (error.name === "AbortError") return;
      found = [];
      none.textContent = "Search does not answer just now. Pages can still be opened.";
    }
    if (request === mine) request = null;
    show();
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    found = input.value.trim() ? found : [];
    timer = setTimeout(ask, PAUSE_MS);
    show();
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "Enter" && all[at]) {
      event.preventDefault();
      all[at].click();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && all.length) {
      event.preventDefault();
      mark(all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
    }
  });
  list.addEventListener("pointermove", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option && option.getAttribute("aria-selected") !== "true") mark(option);
  });
  dialog.addEventListener("close", () => {
    input.value = "";
    found = [];
  });
  dialog.addEventListener("toggle", (event) => {
    if (event.newState === "open") {
      show();
      input.focus();
    }
  });
})();
