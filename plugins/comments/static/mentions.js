// "@" and some letters in a comment: the people whom they may mean, to choose with the keys.
{
  const TYPED = /(?:^|[\s(])@([\p{L}\p{M}][\p{L}\p{M} '’-]{0,40})?$/u;
  let list = null;
  let field = null;
  let timer = 0;
  let asked = 0;
  // Whether the people for all letters are still to come, and a key that takes one was pressed.
  let waits = false;
  let late = false;

  const close = () => {
    list?.remove();
    list = null;
    field?.removeAttribute("aria-activedescendant");
    field?.removeAttribute("aria-controls");
  };

  // What is under way is shown no more.
  const leave = () => {
    clearTimeout(timer);
    asked += 1;
    waits = late = false;
    close();
  };

  const choose = (name) => {
    const at = field.selectionStart;
    const start = field.value.slice(0, at).lastIndexOf("@");
    field.setRangeText(`@${name} `, start, at, "end");
    leave();
    field.focus();
  };

  const point = (step) => {
    const lines = [...list.children];
    const now = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
    const next = lines[(now + step + lines.length) % lines.length];
    lines.forEach((line) => line.setAttribute("aria-selected", String(line === next)));
    field.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  };

  const show = (names) => {
    close();
    if (!names.length) return;
    if (late) {
      choose(names[0]);
      return;
    }
    list = document.createElement("ul");
    list.className = "comment-people";
    list.id = `${field.id}-people`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.dataset.peopleLabel);
    names.forEach((name, at) => {
      const line = document.createElement("li");
      line.id = `${list.id}-${at}`;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", "false");
      line.textContent = name;
      line.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(name); });
      list.append(line);
    });
    field.after(list);
    field.setAttribute("aria-controls", list.id);
    point(1);
  };

  const ask = async (typed) => {
    const mine = (asked += 1);
    const answer = await fetch(`${field.dataset.people}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } }).catch(() => null);
    // Who cannot be asked is typed by hand.
    const names = answer?.ok ? await answer.json().catch(() => null) : null;
    if (mine !== asked) return;
    waits = false;
    if (names) show(names);
    late = false;
  };

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("textarea[data-people]")) return;
    field = event.target;
    clearTimeout(timer);
    const typed = TYPED.exec(field.value.slice(0, field.selectionStart));
    if (!typed || !typed[1]) { leave(); return; }
    waits = true;
    late = false;
    timer = setTimeout(() => ask(typed[1]), 150);
  });

  document.addEventListener("keydown", (event) => {
    if (!list || event.target !== field) return;
    if (event.key === "ArrowDown") point(1);
    else if (event.key === "ArrowUp") point(-1);
    else if ((event.key === "Enter" || event.key === "Tab") && waits) late = true;
    else if (event.key === "Enter" || event.key === "Tab") choose(list.querySelector('[aria-selected="true"]').textContent);
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  document.addEventListener("focusout", (event) => { if (event.target === field) leave(); });
}
