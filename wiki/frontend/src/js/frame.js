// Colours by choice, menus that close by themselves, the two lines of the page menu that need a script.
const root = document.documentElement;
const order = ["auto", "light", "dark"];

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  const say = () => {
    button.querySelector("span").textContent = button.dataset[root.dataset.theme ?? "auto"];
  };
  button.addEventListener("click", () => {
    const next = order[(order.indexOf(root.dataset.theme ?? "auto") + 1) % order.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      if (next === "auto") localStorage.removeItem("theme");
      else localStorage.setItem("theme", next);
    } catch {
      // No storage: the choice holds for this page.
    }
    say();
  });
  say();
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}
// A colour that is picked is the one that is chosen, before anybody asks what is.
document.addEventListener("input", ({ target }) => {
  const choice = target.type === "color" && target.closest("label")?.querySelector("[type=radio]");
  if (choice) choice.checked = true;
}, true);
document.addEventListener("pointerdown", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy-link], [data-copy-text]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copyText ?? location.href);
    copy.querySelector("span").textContent = copy.dataset.done;
  }
  if (event.target.closest("[data-print]")) {
    closeMenus(null);
    print();
  }
});

// Who reads in another language than the browser's goes on in it; no cookie is set for that.
const lang = new URLSearchParams(location.search).get("lang");
if (lang) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.origin !== location.origin || link.hash && link.pathname === location.pathname) return;
    const url = new URL(link.href);
    if (!url.searchParams.has("lang")) url.searchParams.set("lang", lang);
    link.href = url.href;
  });
  document.addEventListener("htmx:configRequest", ({ detail }) => { detail.parameters.lang = lang; });
  for (const form of document.querySelectorAll("form:not([method=post])")) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "lang";
    field.value = lang;
    form.append(field);
  }
}
