// The board of applications: dragging, and the same by keys. The server is asked by a plain form,
// so that its answer (the message with its undo) is the page itself.
(() => {
  const board = document.getElementById("job-board");
  const form = document.getElementById("move-form");
  const dialog = document.getElementById("move-dialog");
  if (!board || !form || !dialog) return;
  const home = form.elements.next.value;
  const cardOf = (element) => element?.closest?.("[data-card]") ?? null;

  const aim = (card) => {
    form.action = card.dataset.move;
    form.elements.next.value = `${home}#card-${card.dataset.card}`;
    const name = card.querySelector(".job-card-title").textContent;
    document.getElementById("move-what").textContent = name;
  };
  const send = (card, stage) => {
    aim(card);
    form.elements.stage.value = stage;
    form.elements.on.value = "";
    form.elements.note.value = "";
    form.requestSubmit();
  };
  const moveBeside = (card, by) => {
    const lists = [...board.querySelectorAll("[data-stage]")];
    const at = lists.indexOf(card.closest("[data-stage]"));
    const list = at < 0 ? null : lists[at + by];
    if (list) send(card, list.dataset.stage);
  };
  const step = (card, by) => {
    const cards = [...board.querySelectorAll("[data-card]")];
    cards[cards.indexOf(card) + by]?.querySelector("a").focus();
  };

  board.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-open-move]");
    if (button) aim(cardOf(button));
  });
  board.addEventListener("keydown", (event) => {
    const card = cardOf(event.target);
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = event.shiftKey
      ? { ArrowLeft: () => moveBeside(card, -1), ArrowRight: () => moveBeside(card, 1) }
      : {
          ArrowUp: () => step(card, -1),
          ArrowDown: () => step(card, 1),
          m: () => {
            aim(card);
            dialog.showModal();
          },
        };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });

  const drop = ({ item: card, from, to }) => {
    if (from !== to) send(card, to.dataset.stage);
  };
  if (window.Sortable) {
    board.classList.add("with-drag");
    for (const list of board.querySelectorAll("[data-cards]")) {
      window.Sortable.create(list, {
        group: { name: "applications", put: Boolean(list.dataset.stage) },
        sort: false,
        draggable: ".job-card",
        animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
        ghostClass: "is-dragged",
        delay: 150,
        delayOnTouchOnly: true,
        onEnd: drop,
      });
    }
  }
  // Where one was: the card that moved has the focus again. The browser, led here by the #, takes the
  // focus away until the page is loaded.
  const focusMoved = () => {
    if (!location.hash.startsWith("#card-")) return;
    document.getElementById(location.hash.slice(1))?.querySelector("a")?.focus();
  };
  addEventListener("load", () => requestAnimationFrame(focusMoved));
})();
