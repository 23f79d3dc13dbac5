// The brief's form: another arm or metric on demand, and only the fields that its source needs.
// Without script there is always one empty row, and all fields are in sight.
(() => {
  const form = document.querySelector("[data-brief]");
  if (!form) return;

  const clear = (row, place) => {
    for (const field of row.querySelectorAll("input:not([type=hidden])")) {
      field.value = field.name.endsWith("_window") ? "7d" : "";
    }
    for (const field of row.querySelectorAll("select")) field.selectedIndex = 0;
    for (const field of row.querySelectorAll("[aria-label]")) {
      field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+/, place));
    }
  };
  for (const button of form.querySelectorAll("[data-add-row]")) {
    const rows = button.closest("section").querySelector("[data-rows]");
    button.hidden = false;
    button.addEventListener("click", () => {
      const row = rows.lastElementChild.cloneNode(true);
      clear(row, String(rows.children.length + 1));
      rows.append(row);
      row.querySelector("input").focus();
    });
  }

  const source = form.querySelector("[name=source]");
  const show = () => {
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== source.value;
  };
  source.addEventListener("change", show);
  show();
})();
