// Messages: good and plain ones leave by themselves, unless read; the others stay until closed.
// The server sends one with the header HX-Trigger: {"toast": {"text": "Saved", "tone": "good"}}.
(() => {
  const STAY_MS = 6000;
  const area = document.getElementById("toasts");
  if (!area) return;
  const icons = { good: "circle-check", warn: "triangle-alert", bad: "circle-x", info: "info" };
  const sprite = document.querySelector(".icon use")?.getAttribute("href")?.split("#")[0] ?? "";

  const start = (toast) => {
    if (toast.dataset.started) return;
    toast.dataset.started = "true";
    if (["warn", "bad"].includes(toast.dataset.tone)) return;
    let timer = 0;
    const wait = () => {
      timer = setTimeout(() => toast.remove(), STAY_MS);
    };
    for (const kind of ["mouseenter", "focusin"]) toast.addEventListener(kind, () => clearTimeout(timer));
    for (const kind of ["mouseleave", "focusout"]) toast.addEventListener(kind, wait);
    wait();
  };
  const icon = (name, size = "") => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", `icon ${size}`);
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${sprite}#${name}`);
    svg.append(use);
    return svg;
  };
  const show = ({ text, tone = "info" }) => {
    const toast = document.createElement("div");
    toast.className = "note";
    toast.dataset.tone = tone;
    const words = document.createElement("div");
    words.className = "note-words";
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "note-close";
    close.dataset.toastClose = "";
    close.setAttribute("aria-label", "Dismiss");
    close.append(icon("x", "icon-sm"));
    toast.append(icon(icons[tone] ?? icons.info), words, close);
    area.append(toast);
    start(toast);
  };

  area.querySelectorAll("[data-toast]").forEach(start);
  new MutationObserver(() => area.querySelectorAll(".note").forEach(start)).observe(area, { childList: true });
  document.addEventListener("toast", (event) => {
    const detail = event.detail?.value ?? event.detail;
    if (detail?.text) show(detail);
  });
  area.addEventListener("click", (event) => {
    event.target.closest?.("[data-toast-close]")?.closest(".note")?.remove();
  });
})();
