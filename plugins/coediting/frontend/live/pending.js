// Words that are not on the server's disk yet, kept on this device over a reload or a dead battery.
// Nothing stays here once it is kept there.

const START = "live:";

export function pendingOf(me, path) {
  const start = `${START}${me}:${path}:`;
  // One entry a window: two of them do not write over each other.
  const own = `${start}${Math.random().toString(36).slice(2, 10)}`;
  let written = false;

  return {
    // {epoch, base, text, update, at} of earlier windows, oldest first.
    found() {
      return keysOf(start).filter((key) => key !== own).map((key) => ({ key, ...read(key) }))
        .filter((one) => typeof one.text === "string").sort((one, other) => one.at - other.at);
    },
    write(room) {
      const update = inLetters(room.pending());
      const entry = { epoch: room.epoch, base: room.common.text, text: room.text.toString(), update, at: Date.now() };
      try {
        localStorage.setItem(own, JSON.stringify(entry));
        written = true;
      } catch {
        written = false;
      }
      return written;
    },
    clear() {
      if (written) forget(own);
      written = false;
    },
  };
}

export function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}

export const bytesOf = (entry) => Uint8Array.from(atob(entry.update), (letter) => letter.charCodeAt(0));

function keysOf(start) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  } catch {
    return [];
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

export function inLetters(bytes) {
  let letters = "";
  for (let at = 0; at < bytes.length; at += 8192) letters += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(letters);
}
