// Keys of the pages, where nobody is typing; `?` lists them.
"use strict";

(() => {
  const [keys, palette] = ["keys", "palette"].map((id) => document.getElementById(id));

  const isTyping = (target) => target.isContentEditable || target.matches("input, select, textarea");
  // Letters are meant where they lie, whichever alphabet the keyboard writes.
  const keyOf = (event) => {
    if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return "?";
    if (event.key === "/" || event.code === "Slash") return "/";
    if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
    return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
  };

  const search = () => {
    const own = document.querySelector("form.search input[type=search]");
    if (own) own.focus();
    else palette.dispatchEvent(new Event("asked"));
  };
  const follow = (key) => document.querySelector(`a[data-key="${key}"]`)?.click();

  document.addEventListener("keydown", (event) => {
    const key = keyOf(event);
    if (key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      if (!keys.open) palette.dispatchEvent(new Event("asked"));
      return;
    }
    const isOurs = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat && !event.defaultPrevented;
    if (!isOurs || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    // A table that is too wide is scrolled with arrows.
    if (key.startsWith("Arrow") && event.target.closest(".scroll, .plot, [role=listbox], summary")) return;
    if (event.shiftKey && key !== "?") return;
    if (key === "/") search();
    else if (key === "?") keys.showModal();
    else if (/^([a-z]|ArrowLeft|ArrowRight)$/.test(key)) return void follow(key);
    else return;
    event.preventDefault();
  });
})();
