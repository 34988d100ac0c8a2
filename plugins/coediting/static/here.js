// On a page as one reads it: who is writing in it just now, near the button to edit it and beside
// the chapters that they write in.
(() => {
  // How often it is asked while one looks at the page.
  const EACH = 15000;
  const box = document.querySelector("[data-coediting-here]");
  if (!box) return;
  const words = JSON.parse(box.dataset.strings);
  const tools = document.querySelector(".head-tools");
  const status = document.createElement("span");
  status.className = "live-here";
  status.setAttribute("role", "status");
  tools?.querySelector(".button, a[href*='/-/edit/']")?.after(status);
  let shown = "[]";
  let timer = 0;

  function sentence(people) {
    const names = people.map((one) => one.name);
    if (names.length === 1) return words.one.replace("{name}", names[0]);
    return words.many.replace("{names}", new Intl.ListFormat(document.documentElement.lang).format(names));
  }

  function told(people, where) {
    const dots = people.map(({ colour }) => {
      const dot = document.createElement("i");
      dot.className = "live-dot";
      dot.style.setProperty("--live", `var(--person-${Math.abs(Math.trunc(colour)) % 8 || 0})`);
      return dot;
    });
    where.replaceChildren(...dots, sentence(people));
  }

  function show(all) {
    const people = all.filter((one) => !one.me);
    const now = JSON.stringify(people);
    if (now === shown) return;
    shown = now;
    for (const line of document.querySelectorAll(".live-writes")) line.remove();
    if (people.length) told(people, status);
    else status.replaceChildren();
    const chapters = new Map();
    for (const one of people) if (one.chapter) chapters.set(one.chapter, [...(chapters.get(one.chapter) ?? []), one]);
    for (const [anchor, writers] of chapters) {
      const heading = document.getElementById(`h-${anchor}`) ?? document.getElementById(anchor);
      if (!heading) continue;
      const line = document.createElement("p");
      line.className = "live-writes";
      told(writers, line);
      (heading.closest(".chapter-head") ?? heading).after(line);
    }
  }

  async function ask() {
    clearTimeout(timer);
    if (document.hidden) return;
    const answer = await fetch(box.dataset.coeditingHere, { credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
    // Who may no longer know is told nothing more, and asks no more.
    if (answer && answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
      show([]);
      return;
    }
    if (answer?.ok) show((await answer.json().catch(() => ({}))).people ?? []);
    timer = setTimeout(ask, EACH);
  }

  document.addEventListener("visibilitychange", ask);
  ask();
})();
