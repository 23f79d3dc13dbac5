// The editor of documents: preview while typing, drafts that are kept by themselves, Ctrl-S saves.
// Without script the form saves and previews by its buttons.
(() => {
  const PREVIEW_MS = 300;
  const DRAFT_MS = 1200;
  const form = document.querySelector("[data-editor]");
  if (!form) return;
  const { title, body, base, note } = form.elements;
  const state = document.querySelector("[data-editor-state]");
  const preview = form.querySelector("[data-editor-preview]");
  const panes = form.querySelector("[data-editor-panes]");
  let saved = JSON.stringify([title.value, body.value]);
  let kept = saved;
  let isLeaving = false;

  const text = () => JSON.stringify([title.value, body.value]);
  const say = (words) => {
    state.textContent = words;
  };
  const send = (url, fields) => {
    const data = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, ...fields });
    return fetch(url, { method: "POST", body: data, headers: { Accept: "application/json" } });
  };
  const later = (work, delay) => {
    let timer = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(work, delay);
    };
  };

  const draw = later(async () => {
    const asked = body.value;
    const answer = await send(form.dataset.renderUrl, { body: asked }).catch(() => null);
    if (!answer || asked !== body.value) return;
    preview.innerHTML = await answer.text();
  }, PREVIEW_MS);

  const keep = async () => {
    const now = text();
    if (now === kept || isLeaving) return;
    say("Keeping the draft …");
    const fields = { title: title.value, body: body.value, base: base.value };
    const answer = await send(form.dataset.draftUrl, fields).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (!answer?.ok) return say(told?.error?.message ?? "The draft could not be kept. Your text is still here.");
    kept = now;
    if (told.is_behind) return say(`Draft kept. Version ${told.version} was saved by somebody meanwhile.`);
    say(told.is_kept ? "Draft kept, not saved yet" : "Nothing to save");
  };
  const keepSoon = later(keep, DRAFT_MS);

  const save = async () => {
    const now = text();
    say("Saving …");
    const fields = { title: title.value, body: body.value, base: base.value, note: note.value };
    const answer = await send(window.location.pathname, fields).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (answer?.status === 409) {
      // The server keeps the text as a draft; the page shows both texts.
      isLeaving = true;
      window.location.assign(window.location.pathname);
      return;
    }
    if (!answer?.ok) return say(told?.error?.message ?? "Not saved: the server cannot be reached.");
    base.value = told.base;
    note.value = "";
    saved = now;
    kept = now;
    say(`Saved as version ${told.version}`);
    document.body.dispatchEvent(new CustomEvent("editor:saved"));
  };

  const show = (view) => {
    panes.dataset.view = view;
    for (const button of form.querySelectorAll("[data-editor-switch] [data-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === view));
    }
  };

  document.documentElement.dataset.editorReady = "";
  for (const hidden of form.querySelectorAll("[data-editor-tools], [data-editor-switch]")) hidden.hidden = false;
  form.addEventListener("input", (event) => {
    if (event.target !== body && event.target !== title) return;
    if (event.target === body) draw();
    keepSoon();
    if (text() !== saved) say("Not saved yet");
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-editor-switch] [data-view]");
    if (button) show(button.dataset.view);
  });
  form.addEventListener("submit", () => {
    isLeaving = true;
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    save();
  });
  window.addEventListener("beforeunload", (event) => {
    // What is kept as a draft is not lost by leaving.
    if (isLeaving || text() === kept) return;
    keep();
    event.preventDefault();
  });
})();
