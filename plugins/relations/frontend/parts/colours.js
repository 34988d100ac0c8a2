// The map's colours are the page's: read from its style sheet, where each kind has one.

// Pixels want plain numbers, and light-dark() is none: an element is asked what it came to.
function resolved(probe, value) {
  probe.style.color = value;
  return getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map((one) => Math.round(Number(one)));
}

export function colours(stage, kinds) {
  const probe = stage.appendChild(document.createElement("span"));
  probe.hidden = true;
  const of = (name) => resolved(probe, `var(--${name})`);
  const found = { kinds: Object.fromEntries(kinds.map((kind) => [kind, of(`node-${kind}`)])), ink: of("foreground"), paper: of("sheet"), edge: of("input"), lit: of("foreground"), dim: of("border") };
  probe.remove();
  return found;
}
