// The form of signalled innovations, and nothing else of the site, opens without a line.
// version: {{ version }}
const kept = "signal-{{ version }}";
const here = {{ action_url("signal")|tojson }};
const shell = {{ (action_url("signal/offline") ~ "?lang=" ~ language())|tojson }};
const assets = {{ assets|tojson }};
// Seconds to wait for a slow line before the form is shown from the device.
const patience = 8;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(kept);
    // As a visitor: what is kept on the device is the same for everybody.
    await cache.put(shell, await fetch(shell, { credentials: "omit", cache: "reload" }));
    await cache.addAll(assets);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("signal-") && name !== kept) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin || event.request.method !== "GET") return;
  if (event.request.mode === "navigate" && url.pathname === here) event.respondWith(form(event.request));
  else if (assets.includes(url.pathname)) event.respondWith(asset(event.request));
});

async function form(request) {
  const late = new Promise((_, reject) => setTimeout(reject, patience * 1000));
  try {
    return await Promise.race([fetch(request), late]);
  } catch {
    return (await caches.match(shell)) ?? Response.error();
  }
}

async function asset(request) {
  return (await caches.match(request)) ?? fetch(request);
}
