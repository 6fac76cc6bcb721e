// Where the platform is, and what the button may know.
import { hostsOf } from "./hosts.js";

const api = globalThis.browser ?? globalThis.chrome;
const say = (name, ...more) => api.i18n.getMessage(name, more);
const field = (id) => document.getElementById(id);

for (const element of document.querySelectorAll("[data-say]")) {
  element.textContent = say(element.dataset.say);
}
document.documentElement.lang = api.i18n.getUILanguage();

const kept = await api.storage.local.get({ site: "", token: "", lights: false });
field("site").value = kept.site;
field("token").value = kept.token;
field("lights").checked = kept.lights;
showWhereTokensAreMade();
field("site").addEventListener("input", showWhereTokensAreMade);

field("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  field("saved").textContent = "";
  // Asked first: the browser asks people only right after they pressed something.
  const allowed = await lightsAreAllowed();
  const site = siteTyped();
  const wrong = {
    site: site ? await whatIsWrongWith(site) : say("siteWrong"),
    token: "",
    lights: allowed ? "" : say("lightsRefused"),
  };
  const token = field("token").value.trim();
  if (!wrong.site && token) wrong.token = await whatIsWrongWithToken(site, token);
  for (const [id, sentence] of Object.entries(wrong)) {
    field(`${id}-error`).textContent = sentence;
    field(id).setAttribute("aria-invalid", sentence ? "true" : "false");
  }
  if (wrong.site || wrong.token) {
    field(wrong.site ? "site" : "token").focus();
    return;
  }
  const lights = field("lights").checked && allowed;
  field("lights").checked = lights;
  await api.storage.local.set({ site, token, lights });
  if (lights) await hostsOf(api, site);
  else await api.storage.local.remove("hosts");
  field("saved").textContent = say("saved");
});

async function lightsAreAllowed() {
  const tabs = { permissions: ["tabs"] };
  if (field("lights").checked) return api.permissions.request(tabs);
  if (await api.permissions.contains(tabs)) await api.permissions.remove(tabs);
  return true;
}

// Without a path: https everywhere but on one's own machine.
function siteTyped() {
  const typed = field("site").value.trim();
  try {
    const url = new URL(/^[a-z]+:\/\//i.test(typed) ? typed : `https://${typed}`);
    const here = ["localhost", "127.0.0.1"].includes(url.hostname);
    return url.protocol === "https:" || (url.protocol === "http:" && here) ? url.origin : "";
  } catch {
    return "";
  }
}

function showWhereTokensAreMade() {
  const site = siteTyped();
  field("make").hidden = !site;
  field("make").href = `${site}/settings/apps`;
}

async function whatIsWrongWith(site) {
  const answer = await ask(`${site}/button/count?url=${encodeURIComponent(site)}`, {});
  return answer?.ok ? "" : say("siteSilent", new URL(site).host);
}

async function whatIsWrongWithToken(site, token) {
  const answer = await ask(`${site}/rest/v2/user`, { Authorization: `Bearer ${token}` });
  return answer?.ok ? "" : say("tokenWrong");
}

async function ask(address, headers) {
  try {
    return await fetch(address, { headers, credentials: "omit" });
  } catch {
    return null;
  }
}
