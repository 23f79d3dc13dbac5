// Forms of decisions: another option on demand, and only the fields of the source that is chosen.
// Without script there is always one empty option, and the fields of every source are in sight.
(() => {
  const list = document.querySelector("[data-options]");
  const add = document.querySelector("[data-add-option]");
  const template = document.getElementById("option-template");
  if (list && add && template) {
    add.hidden = false;
    add.addEventListener("click", () => {
      const row = template.content.firstElementChild.cloneNode(true);
      row.querySelector("[name=chosen]").value = String(list.children.length);
      list.append(row);
      row.querySelector("[name=option_title]").focus();
    });
  }

  const source = document.querySelector("[name=source_kind]");
  if (source) {
    const show = () => {
      for (const fields of document.querySelectorAll("[data-source]")) {
        fields.hidden = fields.dataset.source !== source.value;
      }
    };
    source.addEventListener("change", show);
    show();
  }
})();
