// The palette: every page, period, comparison, filter, saved view and lead from one input.
"use strict";

(() => {
  const MOST = 9;
  const dialog = document.getElementById("palette");
  const knows = JSON.parse(document.getElementById("palette-knows").textContent);
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const status = dialog.querySelector("[role=status]");

  const links = (kind, selector) => [...document.querySelectorAll(selector)]
    .map((link) => ({ kind, text: link.textContent.trim(), href: link.href }));
  const comparisons = () => [...document.querySelectorAll("#slice-bar input[name=compare]")]
    .filter(({ value }) => !["days", "slice"].includes(value))
    .map((radio, index) => {
      const here = new URL(window.location.href);
      for (const name of ["compare", "compare_from", "compare_to"]) here.searchParams.delete(name);
      // The first is the usual one, which an address does not say.
      if (index) here.searchParams.set("compare", radio.value);
      return { kind: "comparison", text: radio.labels[0].textContent.trim(), href: here.href };
    });
  const filters = async () => (await filterValues())
    .filter(({ filter }) => filter in knows.filters)
    .map(({ filter, value, name }) => ({
      kind: "filter",
      text: `${knows.filters[filter]}: ${name ? `${name} (${value})` : value}`,
      href: `${knows.filtered}${filter}=${encodeURIComponent(name ?? value)}`,
    }));

  let places;
  const collect = async () => {
    places = [
      ...links("page", ".pages a:not(.pinned-view)"),
      ...links("period", ".preset-groups a"),
      ...comparisons(),
      ...knows.views.map((view) => ({ kind: "view", ...view })),
    ];
    show();
    places.push(...await filters());
    show();
  };

  const plain = (text) => text.toLowerCase().replaceAll("ё", "е");
  const found = (typed) => {
    const words = plain(typed).split(/\s+/).filter(Boolean);
    const fits = places.filter(({ text, kind }) => {
      const where = plain(`${knows.texts[kind]} ${text}`);
      return words.every((word) => where.includes(word));
    });
    if (!typed.trim()) return fits.slice(0, MOST);
    // What begins so stands before what only has it somewhere.
    const begins = ({ text }) => plain(text).startsWith(plain(typed.trim())) || plain(text).includes(`: ${plain(typed.trim())}`);
    fits.sort((one, other) => begins(other) - begins(one));
    const lead = { kind: "lead", text: `${knows.texts.find} ${typed.trim()}`, href: `${knows.found}${encodeURIComponent(typed.trim())}` };
    // Digits are a lead's id or a phone.
    return /^[+\d\s()-]+$/.test(typed) ? [lead, ...fits.slice(0, MOST)] : [...fits.slice(0, MOST), lead];
  };

  const item = ({ kind, text, href }, index) => {
    const one = document.createElement("li");
    one.id = `palette-${index}`;
    one.setAttribute("role", "option");
    one.dataset.href = href;
    const [name, what] = [document.createElement("bdi"), document.createElement("span")];
    name.textContent = text;
    what.textContent = knows.texts[kind];
    one.append(name, what);
    return one;
  };
  const choose = (one) => {
    for (const other of list.children) other.setAttribute("aria-selected", other === one ? "true" : "false");
    if (one) {
      input.setAttribute("aria-activedescendant", one.id);
      one.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const chosen = () => list.querySelector("[aria-selected=true]");
  const show = () => {
    list.replaceChildren(...found(input.value).map(item));
    input.setAttribute("aria-expanded", list.children.length ? "true" : "false");
    status.textContent = list.children.length ? "" : knows.texts.nothing;
    choose(list.firstElementChild);
  };
  const go = (one) => { if (one) window.location.assign(one.dataset.href); };

  const open = () => {
    if (dialog.open) return;
    input.value = "";
    dialog.showModal();
    input.focus();
    collect();
  };
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    const [one, last] = [chosen(), list.lastElementChild];
    if (event.key === "ArrowDown") choose(one?.nextElementSibling ?? list.firstElementChild);
    else if (event.key === "ArrowUp") choose(one?.previousElementSibling ?? last);
    else if (event.key === "Enter") go(one);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", ({ target }) => go(target.closest("[role=option]")));
  // A click beside it closes it.
  dialog.addEventListener("click", ({ target }) => { if (target === dialog) dialog.close(); });
  dialog.addEventListener("asked", open);
  for (const button of document.querySelectorAll("[data-opens=palette]")) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
})();
