// Who else writes here: a row of names at the bar, and a sentence where someone comes or goes.
import { initial, paint } from "./carets.js";
import { chapterAt } from "./chapters.js";

// Who comes back within so many milliseconds was not away: a line broke, a page was loaded anew.
const AWAY = 4000;

export function people(box, words, surface, goTo) {
  const row = box.querySelector(".live-row");
  const list = row.querySelector("ul");
  const status = box.querySelector("[role=status]");
  let here = new Map();
  const leaving = new Map();

  function show(room, me) {
    const now = new Map();
    const text = surface.text();
    for (const { user, head } of room?.carets() ?? []) {
      if (user.me === me) continue;
      const chapter = head === null ? "" : chapterAt(text, head);
      if (!now.get(user.me)?.chapter) now.set(user.me, { ...user, chapter, head });
    }
    tell(now);
    here = now;
    const names = [...now.values()].sort((one, other) => one.name.localeCompare(other.name));
    const drawn = JSON.stringify(names.map(({ name, colour, me: who, chapter }) => [name, colour, who, chapter]));
    if (drawn !== list.dataset.drawn) draw(names, drawn);
    row.hidden = !names.length;
  }

  // A button keeps the focus that is on it, so the row is made anew only where it says something new.
  function draw(names, drawn) {
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.who : "";
    list.dataset.drawn = drawn;
    list.replaceChildren(...names.map((one) => line(one)));
    if (focused) [...list.querySelectorAll("button")].find((one) => one.dataset.who === focused)?.focus();
  }

  function line({ name, colour, me: who, chapter }) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.who = who;
    button.title = words.go_to.replace("{name}", name);
    const mark = document.createElement("span");
    mark.className = "live-initial";
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = initial(name);
    paint(mark, colour);
    const said = document.createElement("span");
    said.textContent = name;
    button.append(mark, said);
    if (chapter) {
      const where = document.createElement("small");
      where.textContent = chapter;
      button.append(where);
    }
    button.addEventListener("click", () => {
      const { head } = here.get(who) ?? {};
      if (typeof head === "number") goTo(head);
    });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  function tell(now) {
    for (const [who, { name }] of now) {
      clearTimeout(leaving.get(who));
      if (!leaving.delete(who) && !here.has(who)) status.textContent = words.arrived.replace("{name}", name);
    }
    for (const [who, { name }] of here) {
      if (now.has(who) || leaving.has(who)) continue;
      leaving.set(who, setTimeout(() => {
        leaving.delete(who);
        status.textContent = words.left.replace("{name}", name);
      }, AWAY));
    }
  }

  return show;
}
