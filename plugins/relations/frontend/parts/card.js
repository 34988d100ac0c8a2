// What is told of the chosen one: its page, what it is tied to, and the way around it.
const SHOWN = 10;

function made(tag, words = "", attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = words;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

export function card(stage, one, strings, { choose, close }) {
  const place = stage.querySelector(".relations-card");
  place.hidden = !one;
  place.replaceChildren();
  if (!one) return;
  const shut = made("button", "×", { type: "button", class: "relations-close", "aria-label": strings.close });
  shut.addEventListener("click", close);
  const target = stage.dataset.frame === undefined ? {} : { target: "_blank", rel: "noopener" };
  const title = made("p", "", { class: "relations-title" });
  title.append(made("a", one.label, { href: one.url, ...target }));
  const kind = made("p", "", { class: "small quiet" });
  kind.append(made("span", "", { class: `relations-dot is-${one.kind}`, "aria-hidden": "true" }), ` ${strings.names.kinds[one.kind]} · ${one.told}`);
  const ties = made("ul", "", { class: "small" });
  for (const tie of one.ties.slice(0, SHOWN)) {
    const line = made("li");
    const button = made("button", tie.label, { type: "button", class: "link" });
    button.prepend(made("span", "", { class: `relations-dot is-${tie.kind}`, "aria-hidden": "true" }));
    button.addEventListener("click", () => choose(tie.node));
    line.append(button);
    ties.append(line);
  }
  if (one.ties.length > SHOWN) ties.append(made("li", (one.ties.length === SHOWN + 1 ? strings.onemore : strings.more).replace("{count}", one.ties.length - SHOWN), { class: "quiet" }));
  const more = made("p", "", { class: "small" });
  if (!one.centre) more.append(made("a", strings.around, { href: `/-/relations?around=${encodeURIComponent(one.key)}`, ...target }));
  place.append(shut, title, kind, ties, more);
}
