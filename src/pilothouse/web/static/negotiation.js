// The negotiation sheet: dragging the scope, the slider of weeks, and what is not saved yet.
// Without script every button posts the form; with it they ask for the live part only.
(() => {
  const DAY = 86_400_000;
  const form = document.querySelector("[data-negotiation]");
  if (!form) return;
  const url = form.getAttribute("hx-post");

  const markUnsaved = () => {
    for (const note of document.querySelectorAll("[data-unsaved], [data-save-first]")) note.hidden = false;
    const agree = document.querySelector("[data-agree] button[type='submit']");
    if (agree) agree.disabled = true;
  };

  const dress = () => {
    const live = document.getElementById("live");
    for (const button of live.querySelectorAll("[data-without-script]")) button.hidden = true;
    const scope = live.querySelector("[data-scope]");
    if (!scope || !window.Sortable || !live.querySelector(".scope-buttons")) return;
    window.Sortable.create(scope, {
      handle: ".scope-grip",
      draggable: ".scope-line",
      animation: 120,
      onEnd: () => {
        markUnsaved();
        form.dispatchEvent(new CustomEvent("reordered"));
      },
    });
  };

  // A click on an arrow asks for the live part with that move in it; the focus stays on the arrow.
  form.addEventListener("click", async (event) => {
    const button = event.target.closest("button[name='move']");
    if (!button) return;
    event.preventDefault();
    const body = new FormData(form);
    body.append("move", button.value);
    const answer = await fetch(url, { method: "POST", body, headers: { "HX-Request": "true" } });
    const text = await answer.text();
    const part = new DOMParser().parseFromString(text, "text/html").getElementById("live");
    if (!part) return;
    document.getElementById("live").replaceWith(part);
    markUnsaved();
    dress();
    (document.getElementById(button.id) ?? document.querySelector("#live select"))?.focus();
  });

  const slider = form.querySelector("[data-weeks-of]");
  const day = slider && document.getElementById(slider.dataset.weeksOf);
  const shown = form.querySelector("[data-weeks-shown]");
  const today = slider && Date.parse(slider.dataset.today);
  const show = () => {
    const weeks = Math.floor((Date.parse(day.value) - today) / DAY / 7);
    if (Number.isFinite(weeks)) slider.value = weeks;
    shown.textContent = Number.isFinite(weeks) ? weeks : "–";
  };
  if (slider) {
    slider.closest("[data-scripted]").hidden = false;
    slider.addEventListener("input", () => {
      day.value = new Date(today + slider.value * 7 * DAY).toISOString().slice(0, 10);
      shown.textContent = slider.value;
    });
    day.addEventListener("input", show);
    show();
  }

  form.addEventListener("input", markUnsaved);
  document.addEventListener("htmx:after:swap", dress);
  dress();

  // Another deal has another day and other words; what a person wrote is left alone.
  const agree = document.querySelector("[data-agree]");
  agree?.addEventListener("change", (event) => {
    if (event.target.name !== "deal") return;
    const all = [...agree.querySelectorAll("[name='deal']")];
    const stock = (key) => all.map((each) => each.dataset[key]);
    const renew = (name, key) => {
      for (const field of agree.querySelectorAll(`[name='${name}']`)) {
        if (!field.value || stock(key).includes(field.value)) field.value = event.target.dataset[key];
      }
    };
    renew("p-what", "what");
    renew("p-due", "due");
    renew("p-items", "items");
  });
})();
