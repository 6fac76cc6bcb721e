// The account menu is a <details>, which opens and closes without script. With it,
// Escape and a click elsewhere close it too.
(() => {
  const menu = document.querySelector("details.menu");
  if (!menu) return;
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
})();
