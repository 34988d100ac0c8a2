// The worker (worker.js) keeps what was read, for where there is no line. A browser that has none, or
// blocks it, shows the wiki as ever.
async function begin() {
  await navigator.serviceWorker.register("/-/worker.js", { scope: "/" });
  if (navigator.serviceWorker.controller) return;
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ read: location.pathname + location.search, language: document.documentElement.lang });
}
if (isSecureContext && "serviceWorker" in navigator) {
  addEventListener("load", () => begin().catch(() => {}), { once: true });
}
