// Copies a text that stands on the page; the button says when it did. Without script the text can
// be marked and copied by hand.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.querySelector(button.dataset.copy);
  if (!field) return;
  const label = button.lastChild;
  const before = label.textContent;
  try {
    await navigator.clipboard.writeText(field.value);
    label.textContent = "Copied";
  } catch {
    field.focus();
    field.select();
    label.textContent = "Press Ctrl-C";
  }
  setTimeout(() => { label.textContent = before; }, 2000);
});

// The clock of a pitch: starts and stops by one button and writes the seconds into the form.
for (const clock of document.querySelectorAll("[data-clock]")) {
  const button = clock.querySelector("[data-clock-start]");
  const shown = clock.querySelector("output");
  const field = clock.closest("form").querySelector("[name=seconds]");
  const limit = Number(clock.dataset.clock);
  let begun = null;
  let ticking = 0;
  const seconds = () => Math.round((performance.now() - begun) / 1000);
  const show = () => {
    shown.textContent = seconds();
    shown.toggleAttribute("data-over", seconds() > limit);
  };
  clock.hidden = false;
  button.addEventListener("click", () => {
    if (begun === null) {
      begun = performance.now();
      button.lastChild.textContent = "Stop";
      ticking = setInterval(show, 200);
      show();
    } else {
      clearInterval(ticking);
      field.value = Math.max(1, seconds());
      begun = null;
      button.lastChild.textContent = "Start";
      field.focus();
    }
  });
}
