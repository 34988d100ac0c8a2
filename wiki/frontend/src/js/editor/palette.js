// "Insert": everything that can be written, in one list with a line of help each, found by typing.
// A window in the middle of a desk, a sheet of big rows on a phone.
import { found, groupsOf } from "./commands.js";
import { windowOf } from "./dialogs.js";
import { make, picture } from "./words.js";

export function palette(form, surface, words, commands, narrow) {
  const dialog = windowOf(surface, words.insert_title, "palette");
  const field = make("input");
  field.type = "search";
  field.placeholder = words.insert_search;
  field.autocomplete = "off";
  const list = make("ul", "palette-list");
  list.id = "palette-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.insert_title);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"], ["aria-controls", list.id], ["aria-label", words.insert_search], ["aria-autocomplete", "list"]]) field.setAttribute(name, value);
  const none = make("p", "quiet small", words.insert_none);
  none.setAttribute("role", "status");
  const shut = make("button", "outline small", words.close);
  shut.type = "button";
  shut.addEventListener("click", () => dialog.close());
  const foot = make("div", "picker-foot");
  foot.append(shut, make("p", "quiet small palette-tip", words.insert_tip));
  dialog.append(field, list, none, foot);

  let shown = [];
  let at = 0;
  function mark(next) {
    at = Math.max(0, Math.min(next, shown.length - 1));
    shown.forEach(({ row }, index) => row.setAttribute("aria-selected", String(index === at)));
    const row = shown[at]?.row;
    field.setAttribute("aria-activedescendant", row?.id ?? "");
    row?.scrollIntoView({ block: "nearest" });
  }
  function run(command) {
    dialog.close();
    command.run();
  }
  function fill() {
    const wanted = found(commands, field.value);
    list.replaceChildren();
    shown = [];
    for (const [group, title] of groupsOf(words)) {
      const its = wanted.filter((one) => one.group === group);
      if (!its.length) continue;
      const head = make("li", "palette-group", title);
      head.setAttribute("role", "presentation");
      list.append(head);
      for (const command of its) {
        const row = make("li", "palette-row");
        row.id = `palette-${command.id}`;
        row.setAttribute("role", "option");
        const said = make("span");
        said.append(make("strong", "", command.label));
        if (command.hint) said.append(make("small", "", command.hint));
        row.append(picture(form.dataset.icons, command.icon), said);
        row.addEventListener("click", () => run(command));
        list.append(row);
        shown.push({ row, command });
      }
    }
    none.hidden = shown.length > 0;
    mark(0);
  }
  field.addEventListener("input", fill);
  dialog.addEventListener("keydown", (event) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) mark(at + move);
    else if (event.key === "Enter" && event.target !== shut && shown[at]) run(shown[at].command);
    else return;
    event.preventDefault();
  });

  return () => {
    field.value = "";
    fill();
    dialog.showModal();
    list.scrollTop = 0;
    // On a phone the keyboard would cover the list; who wants to type touches the field.
    if (narrow) {
      dialog.tabIndex = -1;
      dialog.focus();
    } else field.focus();
  };
}
