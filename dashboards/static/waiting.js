// Reloads the waiting page when the first delivery arrives.
"use strict";

(() => {
  const EVERY_MS = 4000;

  const look = async () => {
    try {
      const answer = await fetch(window.location.href, { cache: "no-store" });
      if (answer.ok && !(await answer.text()).includes("data-waiting")) window.location.reload();
    } catch {
      // The server may be restarting; try again at the next tick.
    }
  };
  window.setInterval(() => document.hidden || look(), EVERY_MS);
})();
