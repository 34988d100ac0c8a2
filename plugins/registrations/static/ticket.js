// A ticket on the device of who asked for it: the page and its picture, in what the service worker
// shows without a line (carrefour-asked-1 of wiki/frontend/src/js/worker.js, which also takes it away).
const KEPT = "carrefour-asked-1";
const here = location.pathname + location.search;

async function keep(address, until) {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) throw new Error(address);
  const headers = { "Content-Type": answer.headers.get("Content-Type"), "x-kept": new Date().toISOString(), "x-until": until };
  const policy = answer.headers.get("Content-Security-Policy");
  if (policy) headers["Content-Security-Policy"] = policy;
  await (await caches.open(KEPT)).put(address, new Response(await answer.arrayBuffer(), { headers }));
}

async function begin(box) {
  const [put, drop, said] = ["[data-keep]", "[data-drop]", "[data-said]"].map((one) => box.querySelector(one));
  const { picture, until } = box.dataset;
  const show = (kept) => { put.hidden = kept; drop.hidden = !kept; };
  show(Boolean(await caches.match(here, { cacheName: KEPT })));
  put.addEventListener("click", async () => {
    try {
      await Promise.all([keep(here, until), keep(picture, until)]);
      show(true);
      said.textContent = said.dataset.kept;
      drop.focus();
    } catch {
      said.textContent = said.dataset.failed;
    }
  });
  drop.addEventListener("click", async () => {
    const cache = await caches.open(KEPT);
    await Promise.all([cache.delete(here), cache.delete(picture)]);
    show(false);
    said.textContent = said.dataset.gone;
    put.focus();
  });
  box.hidden = false;
}

// Without a worker nothing would show it: then nothing is offered.
const box = document.querySelector("[data-ticket]");
if (box && isSecureContext && "serviceWorker" in navigator && "caches" in self) {
  navigator.serviceWorker.ready.then(() => begin(box)).catch(() => {});
}
