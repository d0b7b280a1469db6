// Copy buttons, and snippets that contain this page's address.
"use strict";

(() => {
  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };

  // Browsers offer the clipboard only over https and on localhost.
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

  // Behind a TLS proxy the server thinks its own address is http.
  if (window.location.protocol.startsWith("http")) {
    const address = window.location.origin + document.documentElement.dataset.basePath;
    for (const place of document.querySelectorAll("[data-origin]")) place.textContent = address;
  }
})();
