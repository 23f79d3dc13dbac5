// The lists of the backlog: a cursor that follows the focus, choosing, folding, asking the server.
// Other files of the backlog use what stands on window.pilothouseBacklog.
(() => {
  const area = document.getElementById("items");
  if (!area) return;
  const bar = document.getElementById("bulk-form");
  const FOLDED = `pilothouse.folded.${location.pathname}`;
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const rows = () => [...area.querySelectorAll("[data-item]")].filter((row) => !row.hidden);
  const rowOf = (element) => element?.closest?.("[data-item]") ?? null;
  const cursor = () => area.querySelector("[data-cursor]");
  const addressOf = (row) => `${area.dataset.itemsUrl}${row.dataset.item}/`;
  const tell = (text, tone = "bad") =>
    document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone } }));

  const put = (row, focus = true) => {
    cursor()?.removeAttribute("data-cursor");
    if (!row) return;
    row.setAttribute("data-cursor", "");
    if (focus) row.querySelector(".item-title").focus();
  };
  const step = (by) => {
    const all = rows();
    const at = all.indexOf(cursor());
    const next = at < 0 ? all[0] : all[Math.max(0, Math.min(all.length - 1, at + by))];
    put(next);
    next?.scrollIntoView({ block: "nearest" });
  };

  // Folding: kept in this browser only.
  const folded = () => {
    try {
      return new Set(JSON.parse(localStorage.getItem(FOLDED) ?? "[]"));
    } catch {
      return new Set();
    }
  };
  const showFolded = () => {
    const closed = folded();
    let hiddenBelow = Infinity;
    for (const row of area.querySelectorAll(".item-row")) {
      const depth = Number(row.dataset.depth);
      if (depth <= hiddenBelow) hiddenBelow = Infinity;
      row.hidden = depth > hiddenBelow;
      const button = row.querySelector("[data-fold]");
      const isClosed = Boolean(button) && closed.has(row.dataset.item);
      button?.setAttribute("aria-expanded", String(!isClosed));
      if (isClosed && !row.hidden) hiddenBelow = depth;
    }
  };
  const fold = (row, isClosed) => {
    if (!row?.querySelector("[data-fold]")) return;
    const closed = folded();
    if (isClosed) closed.add(row.dataset.item);
    else closed.delete(row.dataset.item);
    try {
      localStorage.setItem(FOLDED, JSON.stringify([...closed].slice(-500)));
    } catch {
      // storage may be forbidden: then folding lasts as long as the page
    }
    showFolded();
  };

  // Choosing.
  const chosen = () => [...area.querySelectorAll(".item-check:checked")];
  const showChosen = () => {
    if (!bar) return;
    const count = chosen().length;
    bar.hidden = count === 0;
    if (count === 0 && bar.elements.matching) bar.elements.matching.checked = false;
    bar.querySelector("[data-bulk-count]").textContent = count === 1 ? "1 item" : `${count} items`;
  };
  const choose = (row) => {
    const box = row?.querySelector(".item-check");
    if (box) box.checked = !box.checked;
    showChosen();
  };
  // With Shift, all between the last one chosen and this one.
  let lastBox = null;
  const chooseTo = (box, isRange) => {
    const boxes = rows().map((row) => row.querySelector(".item-check"));
    const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(box)].sort((a, b) => a - b);
    if (isRange && from >= 0) for (const each of boxes.slice(from, to + 1)) each.checked = box.checked;
    lastBox = box;
    showChosen();
  };
  const letGo = () => {
    for (const box of chosen()) box.checked = false;
    showChosen();
  };

  // Asking: a change is posted, the list comes anew; what fails is said and shown as it is.
  const post = async (url, data) => {
    const body = new URLSearchParams(data);
    const headers = { Accept: "application/json", "X-CSRFToken": token() };
    try {
      const answer = await fetch(url, { method: "POST", body, headers });
      const said = await answer.json();
      if (answer.ok) return said;
      tell(said.error.message);
    } catch {
      tell("The server did not answer. Nothing was changed; try again.");
    }
    return null;
  };
  const refresh = async (itemId = cursor()?.dataset.item) => {
    const marked = new Set(chosen().map((box) => box.value));
    const answer = await fetch(area.dataset.listUrl, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return tell("The list could not be read again. Reload the page.");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const hadFocus = area.contains(document.activeElement) || document.activeElement === document.body;
    area.replaceChildren(...page.body.childNodes);
    window.htmx?.process(area);
    for (const box of area.querySelectorAll(".item-check")) box.checked = marked.has(box.value);
    showChosen();
    showFolded();
    put(itemId && area.querySelector(`[data-item="${CSS.escape(itemId)}"]`), hadFocus);
    area.dataset.reads = Number(area.dataset.reads ?? 0) + 1;
    area.dispatchEvent(new CustomEvent("items-shown"));
  };
  const change = async (url, data, itemId) => {
    const said = await post(url, data);
    await refresh(itemId);
    return said;
  };

  area.addEventListener("focusin", (event) => rowOf(event.target) && put(rowOf(event.target), false));
  area.addEventListener("click", (event) => {
    if (event.target.matches(".item-check")) chooseTo(event.target, event.shiftKey);
    const button = event.target.closest("[data-fold]");
    if (button) fold(rowOf(button), button.getAttribute("aria-expanded") === "true");
  });
  document.querySelector(".filter-bar")?.addEventListener("keydown", (event) => {
    const box = event.key === "Escape" && event.target.closest(".filter-box[open]");
    if (!box) return;
    box.open = false;
    box.querySelector("summary").focus();
  });
  bar?.setAttribute("data-live", "");
  showChosen();
  showFolded();
  window.pilothouseBacklog = {
    area, bar, rows, rowOf, cursor, addressOf, put, step, fold, choose, chosen, letGo, post, change, refresh, tell,
    canEdit: Boolean(bar),
    layout: area.dataset.items,
  };
})();
