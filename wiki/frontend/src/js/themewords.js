// Themes that fit what one writes, as words to click: a click puts one into the field beside them.
for (const box of document.querySelectorAll("[data-theme-words]")) {
  const form = box.closest("form");
  const field = document.getElementById(box.dataset.for);
  const told = box.querySelector("[data-words]");
  const reasons = box.querySelector("[data-why] ul");
  let offered = [];
  let asked = "";
  let timer = 0;

  const value = (...names) => names.map((name) => form.querySelector(name)?.value).find(Boolean) ?? "";
  const has = () => field.value.split(",").map((word) => word.trim()).filter(Boolean);

  function take(word) {
    if (!has().includes(word)) field.value = [...has(), word].join(", ");
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
    show(offered.filter((one) => one.word !== word));
    field.focus();
  }
  function show(themes) {
    offered = themes;
    told.replaceChildren(...themes.map(({ word }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "small outline";
      button.textContent = word;
      button.addEventListener("click", () => take(word));
      return button;
    }));
    reasons.replaceChildren(...themes.map(({ word, why }) => {
      const line = document.createElement("li");
      line.textContent = `${word} — ${why}`;
      return line;
    }));
    box.hidden = !themes.length;
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
  const lines = [...reasons.children].map((one) => one.textContent);
  show([...told.querySelectorAll("span")].map((one, at) => {
    const word = one.textContent.trim();
    return { word, why: lines[at].slice(word.length + 3) };
  }));
  if (value("[name=title]")) soon();
}
