// The page before the first delivery renews itself when one arrives.
"use strict";

(() => {
  const EVERY_MS = 4000;

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
