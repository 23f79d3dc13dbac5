// What "/" and "@" offer in the editor. A choice is {name, hint, text, caret} or {name, hint, act}.
(() => {
  const area = document.querySelector("[data-editor]")?.elements.body;
  if (!area) return;
  const WAIT_MS = 120;

  const nextNumber = () => {
    const used = [...area.value.matchAll(/\bR(\d+)\s*:/g)].map((match) => Number(match[1]));
    return Math.max(0, ...used) + 1;
  };
  const block = (name, hint, text, caret) => ({ name, hint, text, caret: caret ?? text.length });
  const claim = (name, hint, source) => ({
    name,
    hint,
    act: () => area.dispatchEvent(new CustomEvent("editor:claim", { bubbles: true, detail: { source } })),
  });

  const slash = () => [
    block("Heading", "##", "## "),
    block("Smaller heading", "###", "### "),
    block("List", "-", "- "),
    block("Checklist", "[ ]", "- [ ] "),
    block("Table", "rows and columns", "| Column | Column |\n| --- | ---: |\n|  |  |\n", 2),
    block("Quotation", ">", "> "),
    block("Callout", "note", "> [!NOTE]\n> "),
    block("Warning", "callout", "> [!WARNING]\n> "),
    block("Code", "```", "```\n\n```\n", 4),
    block("Line", "---", "---\n"),
    block(
      "Requirement",
      `R${nextNumber()}`,
      `- R${nextNumber()}: \n  - Metric: \n  - Error case: \n  - Empty case: \n  - Permission case: \n`,
      `- R${nextNumber()}: `.length,
    ),
    block("Acceptance criteria", "Given, When, Then", "- Given \n  When \n  Then \n", "- Given ".length),
    block("Story", "As a …", "As a \nI want \nso that \n", "As a ".length),
    claim("Live claim", "a number with its source", ""),
    claim("Metric claim", "a saved metric", "metric"),
    claim("Funnel claim", "a step of a funnel", "funnel"),
    block("Mention", "@", "@"),
    block("Note to yourself", "not shown to readers", "<!--  -->", 5),
    ...JSON.parse(area.dataset.sections || "[]").map((name) => block(`Section: ${name}`, "template", `## ${name}\n\n`)),
  ];

  const matches = (choice, words) => choice.name.toLowerCase().includes(words.toLowerCase());

  let latest = 0;
  const findObjects = async (words) => {
    latest += 1;
    const mine = latest;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    if (mine !== latest) return null;
    const url = new URL(area.form.dataset.objectsUrl, window.location.href);
    url.searchParams.set("q", words);
    const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || mine !== latest) return null;
    const { objects } = await answer.json();
    return objects.map(({ kind, id, title }) => ({
      name: title,
      hint: kind,
      // Brackets in a title would end the link.
      text: `[@${title.replace(/[[\]\\]/g, "\\$&")}](mention:${kind}/${id}) `,
    }));
  };

  area.editorChoices = {
    "/": async (words) => slash().filter((choice) => matches(choice, words)),
    "@": (words) => (words ? findObjects(words) : Promise.resolve([])),
  };
})();
