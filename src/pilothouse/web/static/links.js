// Suggestions while one types what to link: the server's search, as options of a datalist.
(() => {
  const PAUSE_MS = 150;
  const input = document.querySelector("[data-objects-url]");
  const list = input && document.getElementById(input.getAttribute("list"));
  if (!list) return;
  let timer = 0;

  const suggest = async () => {
    const address = new URL(input.dataset.objectsUrl, location.href);
    address.searchParams.set("q", input.value.trim());
    try {
      const answer = await fetch(address);
      if (!answer.ok) return;
      const { objects } = await answer.json();
      const options = objects.map((found) => {
        const option = document.createElement("option");
        option.value = `${found.kind}:${found.id}`;
        option.label = `${found.title} (${found.kind})`;
        return option;
      });
      list.replaceChildren(...options);
    } catch {
      // Without an answer one types the whole title.
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim() && !/^(https?:|[a-z-]+:\w)/.test(input.value)) timer = setTimeout(suggest, PAUSE_MS);
  });
})();
