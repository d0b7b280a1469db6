// The bar above a page: choosing applies at once, its popovers close, values are suggested.
"use strict";

(() => {
  const form = document.getElementById("slice-bar");
  if (!form) return;

  // That it works is shown until the next page has come.
  const busy = (is) => {
    form.toggleAttribute("data-busy", is);
    document.getElementById("content").setAttribute("aria-busy", is ? "true" : "false");
  };
  form.addEventListener("submit", () => {
    // Empty fields are left out of the URL.
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
    busy(true);
  });
  form.addEventListener("click", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (isPlain && event.target.closest("a[href]")) busy(true);
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const field of form.elements) field.disabled = false;
    busy(false);
  });

  // With the keyboard one goes past choices, and takes one with Enter.
  let lastKey = "";
  form.addEventListener("pointerdown", () => { lastKey = ""; });
  form.addEventListener("keydown", (event) => {
    lastKey = event.key;
    if (event.key === "Enter" && event.target.matches("[data-at-once]")) form.requestSubmit();
  });
  const passes = () => lastKey.startsWith("Arrow") || (lastKey.length === 1 && lastKey !== " ");
  form.addEventListener("change", ({ target }) => {
    const isWhole = target.matches("input[type=radio]") && !form.querySelector(`[data-of="${target.value}"]`);
    if ((target.matches("[data-at-once]") || isWhole) && !passes()) form.requestSubmit();
  });

  // Who fills in the days or the leads to compare with means to compare with these.
  form.addEventListener("input", ({ target }) => {
    const of = target.closest("[data-of]");
    if (of) form.querySelector(`input[name=compare][value="${of.dataset.of}"]`).checked = true;
  });

  const popovers = [...form.querySelectorAll("details.popover")];
  for (const one of popovers) {
    // Older browsers know no groups of them.
    one.addEventListener("toggle", () => {
      if (one.open) popovers.forEach((other) => { if (other !== one) other.open = false; });
    });
    one.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !one.open) return;
      event.stopPropagation();
      one.open = false;
      one.querySelector("summary").focus();
    });
  }
  document.addEventListener("click", ({ target }) => {
    for (const one of popovers) if (!one.contains(target)) one.open = false;
  });

  // Only the conditions that the chosen field knows.
  for (const field of form.querySelectorAll("[name$='add.field']")) {
    const op = form.elements[field.name.replace("field", "op")];
    const narrow = () => {
      const known = field.selectedOptions[0].dataset.ops.split(" ");
      for (const one of op.options) one.disabled = one.hidden = !known.includes(one.value);
      if (op.selectedOptions[0]?.disabled ?? true) op.value = known[0];
    };
    field.addEventListener("change", narrow);
    narrow();
  }

  // All inputs of a filter share one list of values.
  const suggestions = async (filter) => {
    const id = `values-${filter}`;
    if (document.getElementById(id)) return id;
    const rows = await filterValues();
    if (document.getElementById(id)) return id;
    const list = document.createElement("datalist");
    list.id = id;
    for (const row of rows) {
      if (row.filter !== filter) continue;
      const option = document.createElement("option");
      option.value = row.name ?? row.value;
      if (row.name) option.label = row.value;
      list.append(option);
    }
    document.body.append(list);
    return id;
  };
  for (const input of form.querySelectorAll("input[data-values-of]")) {
    input.addEventListener("focus", async () => {
      const filter = form.elements[input.dataset.valuesOf].value;
      input.setAttribute("list", await suggestions(filter.replace(/^tags_.*/, "tags").replace(/_[01]$/, "")));
    });
  }
})();
