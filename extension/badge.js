// What stands on the icon of a tab: a tick for what its reader flattred this month,
// else how often the page was flattred.

export async function standing(site, token, address, ask = fetch) {
  const about = new URLSearchParams({ url: address });
  if (token) {
    const thing = await answerOf(ask, `${site}/rest/v2/things/lookup?${about}`, {
      Authorization: `Bearer ${token}`,
    });
    if (thing) return thing.flattred ? "✓" : count(thing.flattrs);
  }
  const counts = await answerOf(ask, `${site}/button/count?${about}`, {});
  return count(counts ? (Object.values(counts)[0] ?? 0) : 0);
}

export function count(number) {
  if (!number) return "";
  return number < 1000 ? String(number) : `${Math.floor(number / 1000)}k`;
}

async function answerOf(ask, address, headers) {
  try {
    const answer = await ask(address, { headers, credentials: "omit", cache: "no-cache" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
