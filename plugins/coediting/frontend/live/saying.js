// The few words beside the buttons: whether what was written is safe.

// A line that is back so soon was never away; words that are safe so soon need not be told of.
const SOON = 1500;

export function said(words, say, place) {
  let timer = 0;
  let away = false;
  let busy = false;
  const show = (text) => {
    // What stands there already is not read out again.
    if (!busy && text !== place.textContent) say(text);
  };
  const later = (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => show(text), SOON);
  };

  return {
    // The line is up; `unsafe` as below.
    up(unsafe) {
      away = false;
      this.changed(unsafe);
    },
    // Something was written, or kept.
    changed(unsafe) {
      if (away) return;
      clearTimeout(timer);
      if (unsafe) later(words.keeping);
      else show(words.kept);
    },
    down() {
      away = true;
      later(words.offline);
    },
    // Whether this device could keep what the server has not.
    kept(here) { if (!here) show(words.only_here); },
    saving() {
      show(words.saving);
      busy = true;
    },
    saved() { busy = false; },
    over() {
      clearTimeout(timer);
      busy = false;
      show("");
    },
  };
}
