// The map's colours are the page's: read from its style sheet, where each kind has one.

// A canvas wants plain colours, and light-dark() is none: an element is asked what it came to.
function resolved(probe, value) {
  probe.style.color = value;
  const [red, green, blue] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
  return `#${[red, green, blue].map((one) => Math.round(one).toString(16).padStart(2, "0")).join("")}`;
}

export function colours(stage) {
  const probe = stage.appendChild(document.createElement("span"));
  probe.hidden = true;
  const of = (name) => resolved(probe, `var(--${name})`);
  const kinds = {};
  for (const kind of ["project", "person", "need", "theme", "territory", "dossier", "event", "carrefour", "organisation"]) {
    kinds[kind] = of(`node-${kind}`);
  }
  const found = { kinds, ink: of("foreground"), paper: of("sheet"), edge: of("border"), lit: of("input"), dim: of("border") };
  probe.remove();
  return found;
}
