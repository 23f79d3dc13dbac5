// Quoting a number: the form of a claim in a dialog of the editor, and which of its fields show.
(() => {
  const arrange = (form) => {
    const kind = form.elements.source?.value.split(":")[0];
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(kind);
  };
  const choose = (form, wanted) => {
    if (!wanted) return;
    const option = [...form.elements.source.options].find(({ value }) =>
      wanted === "funnel" ? value === "funnel" || value.includes(":step=") : value.startsWith(wanted),
    );
    if (option) form.elements.source.value = option.value;
  };

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("[data-claim-form]");
    if (form) arrange(form);
  });
  document.querySelectorAll("[data-claim-form]").forEach(arrange);

  const dialog = document.getElementById("claim-dialog");
  const area = document.querySelector("[data-editor]")?.elements.body;
  if (!dialog || !area) return;
  const slot = dialog.querySelector("[data-claim-slot]");
  let caret = [0, 0];

  const open = async (source) => {
    caret = [area.selectionStart, area.selectionEnd];
    dialog.showModal();
    const answer = await fetch(dialog.dataset.claimUrl, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) {
      slot.textContent = "The sources could not be listed. Close this and try again.";
      return;
    }
    slot.innerHTML = await answer.text();
    const form = slot.querySelector("[data-claim-form]");
    choose(form, source);
    arrange(form);
    window.htmx?.process(slot);
    form.elements.source.focus();
  };

  const refuse = (form, words) => {
    let alert = form.querySelector("[data-claim-error]");
    if (!alert) {
      alert = document.createElement("p");
      alert.dataset.claimError = "";
      alert.className = "field-error";
      alert.setAttribute("role", "alert");
      form.prepend(alert);
    }
    alert.textContent = words;
  };

  area.addEventListener("editor:claim", (event) => open(event.detail.source));
  dialog.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-claim-form]");
    if (!form) return;
    event.preventDefault();
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
    }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (!answer?.ok) return refuse(form, told?.error?.message ?? "Not quoted: the server cannot be reached.");
    dialog.close();
    const [start, end] = caret;
    area.dispatchEvent(new CustomEvent("editor:insert", { detail: { start, end, text: told.markdown } }));
    return undefined;
  });
})();
