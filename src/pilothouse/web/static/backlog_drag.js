// Dragging: rows of the outline by their grip, cards of the board anywhere. Keys do the same.
(() => {
  const backlog = window.pilothouseBacklog;
  if (!backlog?.canEdit || !window.Sortable || backlog.layout === "table") return;
  const { area, addressOf } = backlog;
  const beside = (row, way) => {
    let other = row[way];
    while (other && (!other.dataset.item || other.hidden)) other = other[way];
    return other;
  };

  const move = async (row, data) => {
    const said = await backlog.post(`${addressOf(row)}move/`, data);
    // Done: the counts and levels come anew. Refused: all goes back to where it is.
    await backlog.refresh(row.dataset.item);
    return said;
  };
  const place = (row) => {
    const before = beside(row, "nextElementSibling");
    const after = beside(row, "previousElementSibling");
    return { before, after };
  };
  const dropRow = ({ item: row, oldIndex, newIndex }) => {
    if (oldIndex === newIndex) return;
    const { before, after } = place(row);
    // It becomes a sibling of what it was dropped before; at the end, of what stands above.
    const peer = before ?? after;
    const data = before ? { before: before.dataset.item } : { after: after.dataset.item };
    move(row, { ...data, parent: peer.dataset.parent });
  };
  const dropCard = ({ item: card, from, to, oldIndex, newIndex }) => {
    if (from === to && oldIndex === newIndex) return;
    const { before, after } = place(card);
    const data = { from: card.dataset.status };
    if (before) data.before = before.dataset.item;
    else if (after) data.after = after.dataset.item;
    const status = to.closest("[data-column]").dataset.column;
    if (status !== card.dataset.status) data.status = status;
    move(card, data);
  };

  const common = {
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    ghostClass: "is-dragged",
    delay: 150,
    delayOnTouchOnly: true,
  };
  const start = () => {
    area.classList.add("with-drag");
    for (const list of area.querySelectorAll(".items")) {
      window.Sortable.create(list, { ...common, handle: "[data-grip]", draggable: ".item-row", onEnd: dropRow });
    }
    for (const list of area.querySelectorAll("[data-cards]")) {
      window.Sortable.create(list, {
        ...common, group: "cards", draggable: ".card-row", filter: ".item-check", preventOnFilter: false, onEnd: dropCard,
      });
    }
  };
  area.addEventListener("items-shown", start);
  start();
})();
