// Sortable tables: an optional convenience.
"use strict";

(() => {
  const sortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    const by = (row, index) => row.cells[index].dataset.by;
    const compare = (one, other) => {
      const [a, b] = [Number(one), Number(other)];
      return Number.isNaN(a) || Number.isNaN(b) ? one.localeCompare(other, document.documentElement.lang) : a - b;
    };
    const level = (row) => Number(row.dataset.level ?? 0);
    // In a tree, a row moves together with the rows below it.
    const ordered = (rows, index, turned) => {
      const found = [];
      for (const row of rows) {
        if (found.length && level(row) > level(found[0].row)) found.at(-1).below.push(row);
        else found.push({ row, below: [] });
      }
      const isLast = ({ row }) => row.classList.contains("rest") || by(row, index) === undefined;
      const first = found.filter((one) => !isLast(one));
      first.sort((one, other) => turned * compare(by(one.row, index), by(other.row, index)));
      return [...first, ...found.filter(isLast)].flatMap(({ row, below }) => [row, ...ordered(below, index, turned)]);
    };
    const arrange = (index, turned) => {
      const [body] = table.tBodies;
      body.append(...ordered([...body.rows], index, turned));
    };
    const sort = (head, index) => {
      const turned = head.getAttribute("aria-sort") === "descending" ? 1 : -1;
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", turned > 0 ? "ascending" : "descending");
      arrange(index, turned);
    };
    table.addEventListener("grown", () => {
      const index = heads.findIndex((head) => head.hasAttribute("aria-sort"));
      if (index >= 0) arrange(index, heads[index].getAttribute("aria-sort") === "ascending" ? 1 : -1);
    });
    heads.forEach((head, index) => {
      head.tabIndex = 0;
      head.addEventListener("click", () => sort(head, index));
      head.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        sort(head, index);
      });
    });
  };
  document.querySelectorAll("table[data-sortable]").forEach(sortable);
})();
