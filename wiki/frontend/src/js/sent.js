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

// What a script of the editor saved is told on the page, as what a form sent is.
function tell(words) {
  const told = document.createElement("div");
  told.className = "flashes said wrap";
  told.setAttribute("role", "status");
  document.getElementById("main").before(told);
  const icons = document.querySelector("svg.icon use")?.getAttribute("href").split("#")[0];
  const notice = document.createElement("div");
  notice.className = "notice done";
  notice.innerHTML = `<svg class="icon" aria-hidden="true"><use></use></svg><div><p></p></div>`;
  notice.querySelector("use").setAttribute("href", `${icons}#check`);
  notice.querySelector("p").textContent = words;
  told.append(notice);
}

try {
  const words = location.pathname.startsWith("/-/") ? "" : sessionStorage.getItem("told");
  if (words) {
    sessionStorage.removeItem("told");
    tell(words);
  }
} catch {
  // Without storage nothing was left to be told.
}

// A form whose answer is late says so where it was pressed, until the next page is there.
addEventListener("submit", (event) => {
  const button = event.submitter;
  const words = document.querySelector('meta[name="late-answer"]')?.content;
  if (!button || !words || event.defaultPrevented || event.target.method !== "post") return;
  Object.assign(button, { ariaBusy: "true" }).dataset.spinner = "small";
  const told = document.createElement("span");
  told.className = "small quiet";
  told.setAttribute("role", "status");
  button.after(told);
  const waiting = setTimeout(() => { told.textContent = words; }, 1500);
  const rest = () => { clearTimeout(waiting); told.remove(); button.ariaBusy = null; };
  addEventListener("pagehide", rest, { once: true });
  setTimeout(rest, 60000); // what is downloaded brings no page
});
