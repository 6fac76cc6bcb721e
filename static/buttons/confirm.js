// The confirm page guards its button, so that a click meant for another window does
// not flattr: it rests until the window has had the focus for 600 ms, and then takes
// only clicks and keys of a person. Without this script the server still refuses a
// form that comes too early.
(() => {
  const RESTS_MILLISECONDS = 600;
  const form = document.querySelector("form[data-confirm]");
  if (form) {
    const button = form.querySelector("button:not([type=button])");
    let timer;
    let awake = false;
    const rest = () => {
      clearTimeout(timer);
      awake = false;
      button.setAttribute("aria-disabled", "true");
    };
    const wake = () => {
      rest();
      timer = setTimeout(() => {
        awake = true;
        button.removeAttribute("aria-disabled");
      }, RESTS_MILLISECONDS);
    };
    button.addEventListener("click", (event) => {
      if (!awake || !event.isTrusted) event.preventDefault();
    });
    addEventListener("focus", wake);
    addEventListener("blur", rest);
    addEventListener("pageshow", () => (document.hasFocus() ? wake() : rest()));
    rest();
  }
  // In the small window that a button opened, the page it came from lies behind it:
  // going back there is closing the window, not opening it a second time in here. Such a
  // window began with one of these pages; a tab of its size, as on a phone, did not.
  if (history.length === 1) sessionStorage.setItem("began", "here");
  const began = sessionStorage.getItem("began") === "here";
  if (!began || !matchMedia("(max-width: 32rem) and (max-height: 42rem)").matches) return;
  for (const link of document.querySelectorAll("[data-back]")) link.hidden = true;
  for (const button of document.querySelectorAll("[data-close]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      close();
      // A tab that a person opened may only be closed by a person: the button says so.
      setTimeout(() => (button.textContent = button.dataset.close), 200);
    });
  }
})();
