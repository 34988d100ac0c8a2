// The buttons of the editor, each with its word; on a phone the few that matter, at the thumb.
import { keyWords } from "./commands.js";
import { follow } from "./seen.js";
import { make, picture } from "./words.js";

const WIDE = [["bold", "italic"], ["h2", "h3"], ["list", "numbered", "quote"], ["link", "image", "table"], ["need", "offer", "news"]];
const THUMB = [["insert", "undo"], ["need", "offer", "news", "link", "image", "bold", "h2", "list", "person", "theme", "emoji"], ["redo"]];

export function toolbar(form, surface, words, { commands, insert, preview, narrow, living }) {
  const bar = make("div", "edit-tools");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", words.tools);
  const all = new Map([
    ...commands.map((one) => [one.id, one]),
    ["insert", { icon: "plus", label: words.more, run: insert, tip: narrow ? "" : "/" }],
    ["undo", { icon: "undo-2", label: words.undo, run: () => surface.undo() }],
    ["redo", { icon: "redo-2", label: words.redo, run: () => surface.redo() }],
  ]);

  for (const group of narrow ? THUMB : [...WIDE, ["insert"]]) {
    const box = make("div");
    box.setAttribute("role", "group");
    for (const id of group) if (all.has(id)) box.append(tool(form, words, all.get(id)));
    bar.append(box);
  }
  const turn = (icon, label, run, isOn) => {
    const button = tool(form, words, { icon, label, run });
    const tell = () => button.setAttribute("aria-pressed", String(isOn()));
    button.addEventListener("click", tell);
    tell();
    return button;
  };
  const turns = [
    turn("code", words.show_text, () => living.showText(!living.showsText()), living.showsText),
    turn("eye", words.preview, () => preview.show(!preview.isOpen()), preview.isOpen),
  ];
  if (narrow) bar.lastElementChild.append(...turns);
  else {
    const box = make("div", "apart");
    box.setAttribute("role", "group");
    box.append(...turns);
    bar.append(box);
  }

  rove(bar);
  // A text keeps its selection while a button is pressed.
  bar.addEventListener("pointerdown", (event) => event.preventDefault());
  if (narrow) {
    bar.classList.add("sticky-bar");
    const dock = make("div", "edit-dock");
    dock.append(bar);
    form.append(dock);
    follow(form.querySelector(".edit-actions"), dock);
  } else form.querySelector("[data-body]").before(bar);
  return bar;
}

function tool(form, words, { icon, label, run, tip, ...command }) {
  const button = make("button", "tool");
  button.type = "button";
  button.append(picture(form.dataset.icons, icon), document.createTextNode(label));
  const keys = tip ?? keyWords(command, words);
  if (keys) {
    button.dataset.keys = keys;
    if (!tip) button.setAttribute("aria-keyshortcuts", `${/\d/.test(command.keys) ? "Control+Shift+" : "Control+"}${command.keys}`);
  }
  button.addEventListener("click", run);
  return button;
}

// One stop for the Tab key; arrows go from button to button.
function rove(bar) {
  const tools = [...bar.querySelectorAll(".tool")];
  const rest = (chosen) => tools.forEach((one) => { one.tabIndex = one === chosen ? 0 : -1; });
  rest(tools[0]);
  bar.addEventListener("focusin", (event) => tools.includes(event.target) && rest(event.target));
  bar.addEventListener("keydown", (event) => {
    const at = tools.indexOf(event.target);
    const onward = getComputedStyle(bar).direction === "rtl" ? -1 : 1;
    const next = { ArrowRight: at + onward, ArrowLeft: at - onward, Home: 0, End: tools.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    tools[(next + tools.length) % tools.length].focus();
  });
}
