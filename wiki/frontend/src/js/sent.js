// A save leads from the editor to the page: only then is what was sent safe, and its draft goes.
// After a conflict, an error or a line that broke, the draft stays.
const from = document.referrer ? new URL(document.referrer) : null;
const editor = "/-/edit/";

if (from?.origin === location.origin && from.pathname.startsWith(editor) && !location.pathname.startsWith("/-/")) {
  try {
    const start = `draft:${decodeURIComponent(from.pathname.slice(editor.length))}:`;
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(start) && JSON.parse(localStorage.getItem(key)).sent) localStorage.removeItem(key);
    }
  } catch {
    // No storage, or no draft of ours: there is nothing to take away.
  }
}
