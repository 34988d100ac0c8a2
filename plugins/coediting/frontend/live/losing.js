// Words that have no place any more, or not yet: they are shown, to be copied or taken up again.
import { forget } from "./pending.js";
import { copying, notice } from "./telling.js";

// Tells why, and keeps the text that `text()` gives at hand for as long as the window is open.
export function lost({ form, words }, why, text) {
  return notice(form, "warning", why, [copying(words, text)]);
}

// What earlier windows left on this device, where the live process does not take it.
export function offerFound({ form, words, surface, pending }) {
  const entry = pending.found().at(-1);
  if (!entry || entry.text === surface.text()) return;
  const when = new Date(entry.at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  const take = [words.take, (_button, box) => {
    surface.replace(0, surface.text().length, entry.text, [0, 0]);
    forget(entry.key);
    box.remove();
  }];
  const drop = [words.drop, (_button, box) => {
    forget(entry.key);
    box.remove();
  }];
  notice(form, "info", words.found.replace("{when}", when), [take, drop]).classList.add("live-found");
}
