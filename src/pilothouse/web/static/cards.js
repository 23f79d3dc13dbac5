// One study card by keys: space shows the answer, 1 to 4 rate, u takes back. Notes how long it took.
(() => {
  const answer = document.querySelector("[data-card-answer]");
  const undo = document.querySelector("[data-card-undo]");
  const shownAt = performance.now();

  const allowed = () => {
    try {
      return localStorage.getItem("pilothouse.single-keys") !== "off";
    } catch {
      return true;
    }
  };
  const isTyping = (element) => element.closest?.("input, textarea, select, [contenteditable]");
  const rating = (key) => answer?.querySelector(`button[name="rating"][value="${CSS.escape(key)}"]`);

  answer?.addEventListener("toggle", () => {
    if (!answer.open) return;
    const seconds = answer.querySelector("[data-card-seconds]");
    if (!seconds.value) seconds.value = ((performance.now() - shownAt) / 1000).toFixed(1);
    requestAnimationFrame(() => rating("3")?.focus({ preventScroll: true }));
  });

  const act = (event) => {
    if (event.key === " " && answer && !answer.open) {
      answer.open = true;
      return true;
    }
    if (/^[1-4]$/.test(event.key) && answer?.open) {
      rating(event.key).click();
      return true;
    }
    if (event.key === "u" && undo) {
      undo.click();
      return true;
    }
    return false;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !allowed()) return;
    if (document.querySelector("dialog[open], [popover]:popover-open")) return;
    // Space on a button or link presses it, as everywhere.
    if (event.key === " " && event.target.closest?.("button, a, summary")) return;
    if (act(event)) event.preventDefault();
  });

  // A form sent twice would be refused as rated already; this keeps the second from leaving.
  answer?.querySelector("form").addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });
})();
