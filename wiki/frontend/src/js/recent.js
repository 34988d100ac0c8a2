// The last searches, kept by this device alone: never sent, and gone when one logs out.
const KEY = "carrefour.searches";
const MOST = 6;

export function recent() {
  try {
    const known = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(known) ? known.filter((one) => typeof one === "string").slice(0, MOST) : [];
  } catch { return []; }
}

export function remember(words) {
  const one = words.trim().slice(0, 100);
  if (one.length < 2) return;
  const others = recent().filter((other) => other.toLowerCase() !== one.toLowerCase());
  try { localStorage.setItem(KEY, JSON.stringify([one, ...others].slice(0, MOST))); } catch { /* it keeps nothing */ }
}

export function forget() {
  try { localStorage.removeItem(KEY); } catch { /* it kept nothing */ }
}
