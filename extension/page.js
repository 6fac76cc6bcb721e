// What is read of the page that somebody presses the button on. The function runs in
// that page, so everything it needs is inside it.
export function readPage() {
  const content = (selector, attribute) =>
    document.querySelector(selector)?.getAttribute(attribute)?.trim() ?? "";
  return {
    address: location.href,
    title: document.title,
    canonical: document.querySelector('link[rel~="canonical"][href]')?.href ?? "",
    id: content('meta[name="flattr:id"]', "content"),
    links: [...document.querySelectorAll('link[rel~="payment"][href], a.FlattrButton[href]')]
      .map((link) => link.href)
      .slice(0, 50),
  };
}

// Where to ask whether to flattr this page: its own button of this platform if it is
// about this very page, else the page's address, with the id that its head names.
export function confirmAddress(site, page) {
  const own = page.links.find((link) => isOwnButton(site, page, link));
  if (own) return own;
  const about = new URLSearchParams({ url: pageAddress(page), title: page.title });
  if (/^[0-9a-zA-Z]{3,20}$/.test(page.id)) about.set("fid", page.id);
  return `${site}/submit/auto?${about}`;
}

// The address that the page gives itself, if it is on the same host; a page may not
// name another's.
export function pageAddress(page) {
  const here = withoutFragment(page.address);
  if (!page.canonical) return here;
  const there = withoutFragment(page.canonical);
  return new URL(there).host === new URL(here).host ? there : here;
}

function withoutFragment(address) {
  const url = new URL(address);
  url.hash = "";
  return url.href;
}

function isOwnButton(site, page, link) {
  if (!link.startsWith(`${site}/submit/auto?`)) return false;
  const about = new URL(link).searchParams.get("url") ?? "";
  const same = (one) => one.replace(/\/$/, "");
  return [page.address, page.canonical].some(
    (address) => address && same(withoutFragment(address)) === same(about),
  );
}
