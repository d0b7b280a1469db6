// The editor of flows: placeholders go into the field that was last in use; a sample that is waited
// for is taken when it has come. Without this script forms work all the same.
"use strict";

(() => {
  const EVERY_MS = 1500;
  const form = document.getElementById("flow");
  const buttons = [...document.querySelectorAll("[data-placeholder]:not([disabled])")];
  let field = null;

  document.querySelectorAll("[data-insert-hint]").forEach((hint) => { hint.hidden = false; });

  form.addEventListener("focusin", ({ target }) => {
    if (target.matches("[data-takes]")) field = target;
  });

  const insert = (text) => {
    if (!field || field.disabled || field.readOnly) return;
    const { selectionStart: start, selectionEnd: end } = field;
    field.focus();
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const visible = () => buttons.filter((button) => button.offsetParent !== null);

  for (const button of buttons) {
    button.addEventListener("click", () => insert(button.dataset.placeholder));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        const shown = visible();
        shown.at((shown.indexOf(button) + step) % shown.length).focus();
      } else if (event.key === "Escape" && field) field.focus();
      else return;
      event.preventDefault();
    });
  }

  form.addEventListener("keydown", (event) => {
    if (!event.altKey || event.key !== "ArrowDown" || !event.target.matches("[data-takes]")) return;
    event.preventDefault();
    visible()[0]?.focus();
  });

  // Behind the last row there is always another one to write into.
  form.addEventListener("input", ({ target }) => {
    const row = target.closest(".flow-row");
    if (!row || !target.value || row.nextElementSibling?.matches(".flow-row")) return;
    const next = row.cloneNode(true);
    for (const control of next.querySelectorAll("[name]")) {
      control.name = control.name.replace(/\.(\d+)\.(\d+)$/, (_, number, column) => `.${Number(number) + 1}.${column}`);
      if (control.matches("select")) control.selectedIndex = 0;
      else control.value = "";
    }
    row.after(next);
  });

  const waiting = document.querySelector("[data-newest]");
  const take = form.querySelector("button[value=sample]");
  const look = async () => {
    let hasCome = false;
    try {
      const answer = await fetch(waiting.dataset.newest, { cache: "no-store" });
      hasCome = answer.status === 200;
    } catch {
      // The server may be restarting; it is asked again.
    }
    if (hasCome) form.requestSubmit(take);
    else window.setTimeout(look, EVERY_MS);
  };
  if (waiting && take) look();
})();
