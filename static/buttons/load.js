// Dresses the embeds of the first Flattr: its globals, its FlattrButton links with rel,
// rev or data- parameters, and FlattrLoader. A button is a link to the confirm page, in
// the size it always had; the counts of all of a page's buttons are asked for at once,
// without a cookie. Serves whichever host this very script comes from, and asks it by
// the scheme that our pages have: a redirect would lose the answer.
(() => {
  const path = /\/(button|js\/[^/]+)\/load\.js(\?|$)/;
  const script = document.currentScript || [...document.scripts].filter(({ src }) => path.test(src)).pop();
  const address = new URL(script.src);
  const parsed = (call) => {
    if (document.readyState == "loading") addEventListener("DOMContentLoaded", call);
    else call();
  };

  const make = () => {
    const options = Object.fromEntries(address.searchParams);
    const origin = `https://${address.host}`;
    const prefix = options["html5-key-prefix"] || "data-flattr";
    const names = ["button", "popout", "url", "uid", "owner", "title", "description", "language", "category", "tags", "hidden", "revsharekey"];
    const places = new Map();
    const asked = new Set();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      :host { all: initial; display: inline-block; vertical-align: bottom }
      a { position: relative; display: flex; flex-direction: column-reverse; width: 55px; height: 62px; font: 700 12px/20px sans-serif; text-align: center; text-decoration: none; color: #fff }
      span { flex: none; width: 100%; border-radius: 4px; background: #b1421a }
      a:hover span { background: #8f3413 }
      b { flex: 1; box-sizing: border-box; min-width: 0; margin-bottom: 2px; border: 1px solid #b1421a; border-radius: 4px; background: #fff; color: #211c16; font-size: 15px; line-height: 38px }
      i { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
      .compact { flex-direction: row; width: 110px; height: 20px }
      .compact span { width: 60px }
      .compact b { margin: 0 0 0 2px; font-size: 12px; line-height: 18px }
      a:focus-visible { outline: 2px solid #b1421a; outline-offset: 2px }`);

    const ask = (urls, cache) => {
      for (; urls.length; urls = urls.slice(50)) {
        const query = new URLSearchParams(urls.slice(0, 50).map((url) => ["url", url]));
        fetch(`${origin}/button/count?${query}`, { cache, credentials: "omit" })
          .then((answer) => (answer.ok ? answer.json() : {}))
          .then((counts) => {
            for (const url in counts) for (const place of places.get(url)) place.textContent = counts[url];
          })
          .catch(() => {});
      }
    };

    const near = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) parsed(() => {
        const urls = [...places.keys()].filter((url) => !asked.has(url));
        urls.forEach((url) => asked.add(url));
        ask(urls);
      });
    }, { rootMargin: "200px" });

    const button = (given) => {
      const about = {};
      for (const name of names) {
        const value = given?.[name] ?? options[name];
        if (value || value === 0) about[name] = `${value}`.replace(/\\(?=['"\\]|$)/g, "").trim().slice(0, 2000);
      }
      const link = document.createElement("a");
      link.href = about.url || location;
      about.url = link.href;
      const query = new URLSearchParams();
      for (const name of names.slice(2)) if (about[name]) query.set(name == "uid" ? "user_id" : name, about[name]);
      link.href = `${origin}/submit/auto${given?.sent || `?${query}`}`;
      if (about.button == "compact") link.className = "compact";
      if (about.popout != "0") link.title = [about.title, about.description].filter(Boolean).join(": ") || about.url;
      const [word, name, place] = ["span", "i", "b"].map((tag) => link.appendChild(document.createElement(tag)));
      word.textContent = "Flattr";
      name.textContent = ` ${about.title || "this"} `;
      link.onclick = (event) => {
        const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
        if (plain && open(link.href, "_blank", "popup,width=480,height=640")) event.preventDefault();
        addEventListener("focus", () => ask([about.url], "no-cache"), { once: true });
      };
      const box = document.createElement("span");
      const root = box.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(link);
      places.set(about.url, [...(places.get(about.url) || []), place]);
      near.observe(box);
      return box;
    };

    const read = (link) => {
      let found = { url: link.href, title: link.title, description: link.textContent, language: link.lang };
      if (/^\/submit\/auto\/?$/.test(link.pathname) && " OUR_HOSTS ".includes(` ${link.host} `)) {
        found = Object.fromEntries(new URL(link.href).searchParams);
        found.sent = link.search;
      }
      for (const text of [link.rel, link.rev])
        if (/^flattr;/.test(text))
          for (const pair of text.slice(7).split(";")) {
            const at = pair.indexOf(":");
            if (at > 0) found[pair.slice(0, at).trim()] = pair.slice(at + 1);
          }
      for (const name of names) {
        const value = link.getAttribute(`${prefix}-${name}`);
        if (value) found[name] = value;
      }
      for (const name in found) found[name] ||= undefined;
      return found;
    };

    const addLoadEvent = (call) => {
      if (document.readyState == "complete") call();
      else addEventListener("load", call);
    };
    const loadButton = (link) => {
      if (link && !link.firstElementChild?.shadowRoot) link.replaceWith(button(read(link)));
    };
    const setup = () => document.querySelectorAll("a.FlattrButton").forEach(loadButton);
    const render = (about, target, method) => {
      const place = target?.nodeType ? target : document.getElementById(target);
      place?.[{ before: "before", replace: "replaceWith" }[method] || "append"]?.(button(about));
    };
    return { setup, loadButton, render, addLoadEvent };
  };

  const loader = (window.FlattrLoader ||= make());
  if (address.searchParams.get("mode") == "auto") parsed(loader.setup);
  if (path.exec(address.href)?.[1] == "button") {
    const about = {};
    for (const pair of ["url:url", "uid:uid", "title:tle", "description:dsc", "category:cat", "language:lng", "tags:tag", "hidden:hide", "button:btn"]) {
      const [name, short] = pair.split(":");
      about[name] = window[`flattr_${short}`] || undefined;
      window[`flattr_${short}`] = undefined;
    }
    loader.render(about, script, "before");
  }
})();
