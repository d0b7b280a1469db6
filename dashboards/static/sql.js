// Ctrl-Enter runs the statement, a click on a name puts it where the cursor is, and an error shows
// its place.
"use strict";

(() => {
  const editor = document.getElementById("sql");
  if (!editor) return;

  editor.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    editor.form.requestSubmit();
  });
  for (const button of document.querySelectorAll("[data-insert]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      editor.setRangeText(button.dataset.insert, editor.selectionStart, editor.selectionEnd, "end");
      editor.focus();
    });
  }
  for (const button of document.querySelectorAll("[data-statement]")) {
    button.addEventListener("click", () => {
      editor.value = button.dataset.statement;
      editor.focus();
    });
  }
  const problem = document.querySelector("[data-position]");
  if (problem) {
    const place = [...editor.value].slice(0, Number(problem.dataset.position)).join("").length;
    editor.focus();
    editor.setSelectionRange(place, editor.value.length);
  }
})();
