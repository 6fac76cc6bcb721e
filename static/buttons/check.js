// Fetches the page again until the answer of a check is on it. Without this script the
// page reloads itself, or its link does.
(() => {
  const pauses = [1, 1, 1.5, 2, 2, 3, 3, 5, 5, 10, 10, 20, 20, 30, 30, 30, 30];
  const look = async () => {
    const waiting = document.querySelector("[data-refreshes]");
    if (!waiting) return;
    try {
      const answer = await fetch(location.pathname + location.search);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const box = page.querySelector("#check .now-box");
      if (answer.ok && box && !box.matches("[data-refreshes]")) {
        // More than the box has changed.
        if (waiting.matches("[data-reloads]")) location.reload();
        else waiting.replaceWith(box);
        return;
      }
      if (answer.ok && box && box.textContent !== waiting.textContent) {
        waiting.replaceWith(box);
        pauses.push(pauses.at(-1) ?? 30);
      }
    } catch {
      // The next try may reach it.
    }
    next();
  };
  const next = () => pauses.length && setTimeout(look, pauses.shift() * 1000);
  next();
})();
