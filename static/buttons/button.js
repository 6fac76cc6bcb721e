// Flattr's button. The link is the product; this makes it a pill with the public
// count, asked once for the whole page and without a cookie, and opens it in a small
// window. Its box keeps the link's height, so nothing on the page moves.
(() => {
  const { host } = new URL(document.currentScript.src);
  const origin = `https://${host}`;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    span { white-space: nowrap; padding: .25em .2em .25em .7em; border-radius: 9em; background: #b1421a; color: #fff }
    span:hover { background: #8f3413 }
    span::before { content: ""; display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 9em; background: conic-gradient(#fff8 25%, #fff 0) }
    b { display: inline-block; min-width: 2em; margin-left: .6em; border-left: 1px solid #fff8; text-align: center }`);
  const counts = new Map();

  const ask = async (cache) => {
    const query = new URLSearchParams([...counts.keys()].slice(0, 50).map((url) => ["url", url]));
    const answer = await fetch(`${origin}/button/count?${query}`, { cache, credentials: "omit" });
    if (!answer.ok) return;
    for (const [url, count] of Object.entries(await answer.json()))
      for (const place of counts.get(url)) place.textContent = count;
  };

  const near = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    near.disconnect();
    ask().catch(() => {});
    addEventListener("focus", () => ask("no-cache").catch(() => {}));
  }, { rootMargin: "200px" });

  const dress = (link) => {
    link.addEventListener("click", (event) => {
      const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
      if (plain && open(link.href, "_blank", "popup,width=480,height=640")) event.preventDefault();
    });
    const url = new URL(link.href).searchParams.get("url");
    if (!url || link.firstElementChild) return;
    const box = document.createElement("span");
    const root = box.attachShadow({ mode: "open" });
    const pill = document.createElement("span");
    const place = document.createElement("b");
    root.adoptedStyleSheets = [sheet];
    root.append(pill);
    pill.append(link.textContent.trim(), place);
    link.replaceChildren(box);
    link.style.textDecoration = "none";
    counts.set(url, [...(counts.get(url) || []), place]);
    near.observe(link);
  };

  const start = () => document.querySelectorAll(`a.FlattrButton[href*="//${host}/submit/auto?"]`).forEach(dress);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
