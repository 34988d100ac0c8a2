// Themes that fit what one writes, as words to click: a click puts one into the field beside them.
for (const box of document.querySelectorAll("[data-theme-words]")) {
  const form = box.closest("form");
  const field = document.getElementById(box.dataset.for);
  const told = box.querySelector("[data-words]");
  let asked = "";
  let timer = 0;

  const value = (...names) => names.map((name) => form.querySelector(name)?.value).find(Boolean) ?? "";
  const has = () => field.value.split(",").map((word) => word.trim()).filter(Boolean);

  function take(word) {
    if (!has().includes(word)) field.value = [...has(), word].join(", ");
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
    show([...told.querySelectorAll("button")].map((one) => one.textContent).filter((one) => one !== word));
    field.focus();
  }
  function show(words) {
    told.replaceChildren(...words.map((word) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "small outline";
      button.textContent = word;
      button.addEventListener("click", () => take(word));
      return button;
    }));
    box.hidden = !words.length;
  }
  async function ask() {
    const data = new FormData();
    data.set("csrf_token", value("[name=csrf_token]"));
    data.set("title", value("[name=title]", "#s-title"));
    data.set("summary", value("[name=summary]", "#s-summary"));
    data.set("themes", field.value);
    data.set("text", (form.editor?.surface.text() ?? value("textarea[name=text]")).slice(0, 20_000));
    const now = JSON.stringify([...data]);
    if (now === asked) return;
    asked = now;
    const answer = await fetch(box.dataset.themeWords, {
      method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json" },
    }).catch(() => null);
    const said = answer?.ok ? await answer.json().catch(() => null) : null;
    if (said?.themes && now === asked) show(said.themes);
  }
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(ask, 900);
  }

  form.addEventListener("input", (event) => {
    if (event.target !== field) soon();
  });
  field.addEventListener("focus", soon);
  show([...told.querySelectorAll("span")].map((one) => one.textContent.trim()));
  if (value("[name=title]")) soon();
}
