// Expands a row of a tree in place. Without this script, or if fetching fails, the row's link opens
// a page with the rows below it.
"use strict";

(() => {
  const level = (row) => Number(row.dataset.level ?? 0);

  const below = (row) => {
    const found = [];
    for (let next = row.nextElementSibling; next && level(next) > level(row); next = next.nextElementSibling) {
      found.push(next);
    }
    return found;
  };

  const close = (link) => {
    link.setAttribute("aria-expanded", "false");
    below(link.closest("tr")).forEach((row) => row.remove());
  };

  const fetched = async (link) => {
    const answer = await fetch(link.dataset.rows);
    if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
    const held = document.createElement("template");
    held.innerHTML = await answer.text();
    return [...held.content.querySelectorAll("tr")];
  };

  const closed = (place) => {
    place.querySelectorAll("a[data-rows]").forEach((link) => link.setAttribute("aria-expanded", "false"));
  };

  const open = async (link) => {
    const row = link.closest("tr");
    if (row.ariaBusy === "true") return;
    row.ariaBusy = "true";
    try {
      const rows = await fetched(link);
      rows.forEach(closed);
      row.after(...rows);
      link.setAttribute("aria-expanded", "true");
      row.closest("table").dispatchEvent(new Event("grown"));
    } catch {
      window.location.assign(link.href);
    } finally {
      row.ariaBusy = null;
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-rows]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (link.getAttribute("aria-expanded") === "true") close(link);
    else open(link);
  });

  closed(document);
})();
