// Buttons that copy what stands beside them, and snippets that name the address of this page.
"use strict";

(() => {
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

  // Behind a proxy that speaks TLS the server takes its own address for http.
  if (window.location.protocol.startsWith("http")) {
    for (const place of document.querySelectorAll("[data-origin]")) place.textContent = window.location.origin;
  }
})();
