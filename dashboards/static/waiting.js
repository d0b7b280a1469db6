// The page before the first delivery: copies the webhook's URL, and renews itself when one arrives.
"use strict";

(() => {
  const EVERY_MS = 4000;

  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };

  // Browsers offer the clipboard to pages over https and on localhost only.
  const copy = async (element) => {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch {
      select(element);
      return document.execCommand("copy");
    }
  };

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await copy(document.getElementById(button.dataset.copy));
      button.textContent = done ? button.dataset.done : button.dataset.failed;
    });
  }

  const look = async () => {
    try {
      const answer = await fetch(window.location.href, { cache: "no-store" });
      if (answer.ok && !(await answer.text()).includes("data-waiting")) window.location.reload();
    } catch {
      // The server is being restarted; the next look will tell.
    }
  };
  window.setInterval(() => document.hidden || look(), EVERY_MS);
})();
