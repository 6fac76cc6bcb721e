// The button in the browser. Pressed, it reads the page that is open, and asks on the
// platform's own page whether to flattr it. Nothing is read before.
import { standing } from "./badge.js";
import { hostsOf, isIn } from "./hosts.js";
import { confirmAddress, pageAddress, readPage } from "./page.js";

const api = globalThis.browser ?? globalThis.chrome;
const SIZE = { width: 480, height: 640 };
// The tab that a window asks about, until that window is closed.
const asking = new Map();

api.runtime.onInstalled.addListener(async ({ reason }) => {
  const { site } = await settings();
  if (reason === "install" && !site) await api.runtime.openOptionsPage();
});

api.action.onClicked.addListener(async (tab) => {
  const { site, token } = await settings();
  if (!site) {
    await api.runtime.openOptionsPage();
    return;
  }
  const page = await pageOf(tab);
  if (!page) {
    await open(`${site}/anywhere`);
    return;
  }
  const about = { tab: tab.id, address: pageAddress(page) };
  const opened = await open(confirmAddress(site, page));
  if (opened !== undefined) asking.set(opened, about);
  await show(site, token, about);
});

for (const closed of [api.windows?.onRemoved, api.tabs.onRemoved]) {
  closed?.addListener(async (id) => {
    const about = asking.get(id);
    if (!about) return;
    asking.delete(id);
    const { site, token } = await settings();
    await show(site, token, about);
  });
}

// Only with the permission `tabs`, which the options ask for, does a tab have an address.
api.tabs.onUpdated.addListener(async (id, change, tab) => {
  if (change.status !== "complete" || !tab.url) return;
  const { site, lights } = await settings();
  if (!site || !lights || !/^https?:/.test(tab.url)) return;
  const filter = await hostsOf(api, site);
  if (filter && (await isIn(filter, new URL(tab.url).host))) await mark(id, "•");
});

async function settings() {
  return api.storage.local.get({ site: "", token: "", lights: false });
}

async function pageOf(tab) {
  try {
    const [read] = await api.scripting.executeScript({
      target: { tabId: tab.id },
      func: readPage,
    });
    return /^https?:/.test(read.result.address) ? read.result : null;
  } catch {
    // The browser's own pages, and its shop, are read by nobody.
    return null;
  }
}

async function open(url) {
  if (!api.windows) return (await api.tabs.create({ url })).id;
  return (await api.windows.create({ url, type: "popup", ...SIZE })).id;
}

async function show(site, token, about) {
  await mark(about.tab, await standing(site, token, about.address));
}

async function mark(tabId, text) {
  try {
    await api.action.setBadgeBackgroundColor({ tabId, color: "#b1421a" });
    await api.action.setBadgeText({ tabId, text });
  } catch {
    // The tab is closed.
  }
}
