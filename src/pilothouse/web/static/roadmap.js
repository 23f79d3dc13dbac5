// Moving bets by dragging or with Alt and the arrow keys. The server decides and draws the page anew;
// what it says (with Undo) appears as a message.
(() => {
  const form = document.getElementById("move-form");
  if (!form || !document.querySelector("[data-roadmap]")) return;
  let isBusy = false;

  const lanes = () => [...document.querySelectorAll("[data-roadmap] [data-lane]")];
  const siblings = (lane) => lanes().filter((each) => each.dataset.row === lane.dataset.row);
  const cards = (lane) => [...lane.querySelectorAll("[data-bet]")];

  const address = (card) => card.closest("[data-roadmap]").dataset.roadmap.replace("BET", card.dataset.bet);
  const say = (text, tone = "bad") =>
    document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone } }));

  // Replace what shows bets by what the server drew, and keep the focus on the moved one.
  const redraw = (html, bet) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const id of ["roadmap", "roadmap-warnings"]) {
      const fresh = page.getElementById(id);
      if (!fresh) return location.reload();
      document.getElementById(id).replaceWith(document.adoptNode(fresh));
    }
    for (const note of page.querySelectorAll("#toasts > *")) {
      document.getElementById("toasts").append(document.adoptNode(note));
    }
    mount();
    if (bet) document.querySelector(`[data-bet="${CSS.escape(bet)}"] a.bet-title`)?.focus();
  };

  const send = async (card, lane, before) => {
    if (isBusy) return;
    isBusy = true;
    const body = new FormData(form);
    body.set(lane.dataset.field, lane.dataset.lane);
    if (lane.dataset.field === "quarter" && !lane.dataset.lane) body.set("horizon", "later");
    body.set("before", before?.dataset.bet ?? "");
    try {
      const answer = await fetch(address(card), { method: "POST", body, credentials: "same-origin" });
      const html = await answer.text();
      if (!answer.ok) throw new Error(`${answer.status}`);
      redraw(html, card.dataset.bet);
    } catch {
      say("That move was not saved. The page shows what is stored.");
      setTimeout(() => location.reload(), 1500);
    } finally {
      isBusy = false;
    }
  };

  const mount = () => {
    if (!window.Sortable) return;
    for (const lane of lanes()) {
      window.Sortable.create(lane, {
        group: `bets-${lane.dataset.row ?? ""}`,
        draggable: "[data-bet]",
        handle: ".bet-grip",
        animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
        onEnd: ({ item, to, from, oldIndex, newIndex }) => {
          if (to === from && oldIndex === newIndex) return;
          send(item, to, item.nextElementSibling);
        },
      });
    }
  };

  const sideways = (card, by) => {
    const lane = card.closest("[data-lane]");
    const row = siblings(lane);
    const target = row[row.indexOf(lane) + by];
    if (target) send(card, target, null);
  };
  const upDown = (card, by) => {
    const lane = card.closest("[data-lane]");
    const inside = cards(lane);
    const place = inside.indexOf(card) + by;
    if (place < 0 || place >= inside.length) return;
    send(card, lane, by < 0 ? inside[place] : inside[place + 1]);
  };
  const keys = {
    ArrowLeft: (card) => sideways(card, -1),
    ArrowRight: (card) => sideways(card, 1),
    ArrowUp: (card) => upDown(card, -1),
    ArrowDown: (card) => upDown(card, 1),
  };

  document.addEventListener("keydown", (event) => {
    const card = event.target.closest?.("[data-roadmap] [data-bet]");
    if (!card || !event.altKey || event.ctrlKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key](card);
  });
  mount();
})();
