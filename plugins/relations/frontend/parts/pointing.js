// Mouse, fingers and wheel: one drags, two pinch, a click chooses.
const STILL = 5;
const NEAR = 8;

export function point(canvas, view, { over, click, wheel }) {
  const held = new Map();
  let moved = 0;
  const place = (event) => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (!held.size) moved = 0;
    held.set(event.pointerId, place(event));
    canvas.focus({ preventScroll: true });
  });

  window.addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    if (!before) {
      if (event.target === canvas || canvas.contains(event.target)) over(...place(event));
      return;
    }
    const now = place(event);
    const others = [...held].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    held.set(event.pointerId, now);
    moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (others.length === 1) pinch(others[0], before, now);
    else if (!others.length && moved > STILL) view.pan(now[0] - before[0], now[1] - before[1]);
  });

  // Two fingers: what is between them follows their middle, and grows as they part.
  function pinch(other, before, now) {
    const apart = (one) => Math.max(Math.hypot(one[0] - other[0], one[1] - other[1]), 10);
    view.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    view.zoom(apart(now) / apart(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
  }

  const release = (event) => {
    if (!held.delete(event.pointerId) || held.size) return;
    if (event.type === "pointerup" && moved <= STILL) click(...place(event), event.pointerType === "mouse" ? 0 : NEAR);
  };
  window.addEventListener("pointerup", release);
  window.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => over(-Infinity, -Infinity));
  canvas.addEventListener("dblclick", (event) => view.go(view.zoomed(2, ...place(event)), 200));
  canvas.addEventListener("wheel", (event) => {
    if (!wheel(event)) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    view.zoom(2 ** (-Math.min(Math.max(event.deltaY * lines, -120), 120) / (event.ctrlKey ? 60 : 240)), ...place(event));
  }, { passive: false });
}
