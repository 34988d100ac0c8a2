// The service worker. It keeps what everyone may read, and nothing else: an answer whose
// Cache-Control says “public”, asked for without cookies, so that a page is kept as visitors see it.
// Fresh first: what is kept is shown only where the wiki cannot be reached. A page that somebody asked
// to have on this device, such as a ticket, is put into ASKED by its own script, with the moment until
// which it is of use (x-until); all of them go when they log out.
const PAGES = "carrefour-pages-1", FILES = "carrefour-files-1", ASKED = "carrefour-asked-1";
const OURS = [PAGES, FILES, ASKED];
const OFFLINE = "/-/offline", LOG_OUT = "/-/logout";
// How much there may be of each, and how large one may be.
const LIMITS = { [PAGES]: [80, 1_000_000], [FILES]: [160, 600_000] };
// When it was kept, and until when.
const SINCE = "x-kept", UNTIL = "x-until";
// Seconds to wait for a slow line before the kept copy is shown.
const PATIENCE = 8;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    await keep(PAGES, OFFLINE, await asVisitor(OFFLINE));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("carrefour-") && !OURS.includes(name)) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === LOG_OUT) event.waitUntil(caches.delete(ASKED));
  if (request.method !== "GET") return;
  // htmx follows links too, and takes a part of the page.
  if (request.mode === "navigate" || request.headers.has("HX-Boosted")) event.respondWith(page(event, url));
  else if (url.pathname.startsWith("/-/static/") || url.pathname.startsWith("/-/look/") || request.destination === "image") event.respondWith(file(event));
});

const asVisitor = (address, language) =>
  fetch(address, { credentials: "omit", headers: { Accept: "text/html", "X-Kept": "1", ...(language && { "Accept-Language": language }) } });

const isPublic = (answer) =>
  answer.status === 200 && !answer.redirected && answer.type === "basic" && /(^|[\s,])public([\s,]|$)/.test(answer.headers.get("Cache-Control") ?? "");

async function page(event, url) {
  const address = url.pathname + url.search, asked = fetch(event.request);
  // A copy of what is no page, such as a large file, would be held in memory.
  event.waitUntil(asked.then((answer) => keepPage(isPage(answer) ? answer.clone() : answer, address)).catch(() => {}));
  const copy = (await kept(ASKED, address)) ?? (await kept(PAGES, address));
  try {
    // Where nothing is kept, a slow line is waited for.
    return await (copy ? soon(asked) : asked);
  } catch {
    return copy ?? (await standIn()) ?? Response.error();
  }
}

// The first page was read before the worker was there.
self.addEventListener("message", (event) => {
  const { read, language } = event.data ?? {};
  if (typeof read === "string" && read.startsWith("/") && !read.startsWith("/-/")) {
    event.waitUntil(asVisitor(read, language).then((answer) => keep(PAGES, read, answer)).catch(() => {}));
  }
});

const isPage = (answer) => answer.status === 200 && (answer.headers.get("Content-Type") ?? "").startsWith("text/html");

// A page of somebody who is signed in is theirs: what a visitor gets is asked for, and kept.
async function keepPage(answer, address) {
  if (address.startsWith("/-/")) return;
  // Gone, or no longer for everyone: then it is not kept either.
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) await (await caches.open(PAGES)).delete(address);
  if (!isPage(answer)) return;
  if (isPublic(answer)) return keep(PAGES, address, answer);
  const language = /<html lang="([\w-]+)"/.exec(await answer.text())?.[1];
  await keep(PAGES, address, await asVisitor(address, language));
}

async function file(event) {
  const found = await caches.match(event.request, { cacheName: FILES });
  const lasting = new URL(event.request.url).pathname.startsWith("/-/static/");
  if (found && lasting) return found;
  try {
    const answer = await fetch(event.request);
    if (isPublic(answer)) event.waitUntil(keep(FILES, event.request.url, answer.clone()).catch(() => {}));
    return answer;
  } catch (error) {
    const copy = found ?? (await caches.match(event.request, { cacheName: ASKED }));
    if (copy) return copy;
    throw error;
  }
}

// One more, where it may be kept; those that were not read for longest go. What may no longer be kept goes too.
// The copy before stays until all of the new one is there: the line may break meanwhile.
async function keep(name, address, answer) {
  const cache = await caches.open(name), [most, largest] = LIMITS[name];
  const body = isPublic(answer) ? await answer.arrayBuffer() : null;
  if (!body || body.byteLength > largest) return cache.delete(address);
  const headers = new Headers({ "Content-Type": answer.headers.get("Content-Type") ?? "", [SINCE]: new Date().toISOString() });
  for (const one of ["Content-Security-Policy", "X-Content-Type-Options", "Cache-Control"]) if (answer.headers.has(one)) headers.set(one, answer.headers.get(one));
  await cache.put(address, new Response(body, { headers }));
  const all = (await cache.keys()).filter((one) => new URL(one.url).pathname !== OFFLINE);
  for (const one of all.slice(0, Math.max(0, all.length - most))) await cache.delete(one);
}

// What is kept of an address, which says itself from when it is.
async function kept(name, address) {
  const found = await caches.match(address, { cacheName: name });
  if (!found) return null;
  if (found.headers.has(UNTIL) && new Date(found.headers.get(UNTIL)) < new Date()) {
    await (await caches.open(name)).delete(address);
    return null;
  }
  const html = await found.text(), since = new Date(found.headers.get(SINCE) ?? Date.now());
  const [, language] = /<html lang="([\w-]+)"/.exec(html) ?? [];
  const [, words] = /<meta name="kept-copy" content="([^"]*)"/.exec(html) ?? [];
  const when = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(since);
  const banner = words ? `<div class="flashes wrap" role="status" data-kept><div class="notice warning"><div><p>${words.replace("{when}", () => when)}</p></div></div></div>` : "";
  return new Response(html.replace(/<main /, () => `${banner}<main `), { headers: found.headers });
}

async function standIn() {
  const found = await caches.match(OFFLINE, { cacheName: PAGES });
  if (!found) return null;
  const cache = await caches.open(PAGES), lines = [];
  for (const request of (await cache.keys()).reverse()) {
    const url = new URL(request.url);
    if (url.pathname === OFFLINE) continue;
    const title = /<title>([^<]*)<\/title>/.exec(await (await cache.match(request)).text())?.[1];
    if (title) lines.push(`<li><a href="${(url.pathname + url.search).replaceAll("&", "&amp;").replaceAll('"', "%22")}">${title}</a></li>`);
  }
  const html = await found.text();
  const list = lines.length ? html.replace(/(<ul data-kept-pages>).*?(<\/ul>)/s, (_, open, close) => open + lines.join("") + close) : html;
  return new Response(list, { status: 503, headers: found.headers });
}

const soon = (asked) => Promise.race([asked, new Promise((_, refuse) => { setTimeout(refuse, PATIENCE * 1000); })]);
