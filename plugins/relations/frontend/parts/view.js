// What part of the map is looked at: the point in the middle, and pixels for one step of the layout.
const AROUND = 40;
const NEAREST = 50;
const FURTHEST = 1 / 3;

export class View {
  constructor(network) {
    this.bounds = bounds(network);
    this.size = { width: 1, height: 1 };
    this.moved = () => {};
    this.running = 0;
  }

  // A stage that changes its size keeps what is in its middle, and how near it is to the whole.
  resize(width, height) {
    const near = this.scale ? this.scale / this.whole : 0;
    this.size = { width, height };
    const { left, top, right, bottom } = this.bounds;
    const room = (pixels) => Math.max(pixels - 2 * AROUND, pixels / 2);
    this.whole = Math.min(room(width) / Math.max(right - left, 1), room(height) / Math.max(bottom - top, 1), 60);
    if (near) this.set({ scale: this.whole * near });
    else this.set(this.all());
  }

  all() {
    const { left, top, right, bottom } = this.bounds;
    return { x: (left + right) / 2, y: (top + bottom) / 2, scale: this.whole };
  }

  get near() { return this.scale / this.whole; }

  get place() { return { x: this.x, y: this.y, scale: this.scale }; }

  set({ x = this.x, y = this.y, scale = this.scale }) {
    const { left, top, right, bottom } = this.bounds;
    this.x = Math.min(Math.max(x, left), right);
    this.y = Math.min(Math.max(y, top), bottom);
    this.scale = Math.min(Math.max(scale, this.whole * FURTHEST), this.whole * NEAREST);
    this.moved();
  }

  // From the map to pixels of the stage and back.
  seen(x, y) { return [(x - this.x) * this.scale + this.size.width / 2, (y - this.y) * this.scale + this.size.height / 2]; }

  at(right, down) { return [(right - this.size.width / 2) / this.scale + this.x, (down - this.size.height / 2) / this.scale + this.y]; }

  pan(right, down) {
    cancelAnimationFrame(this.running);
    this.set({ x: this.x - right / this.scale, y: this.y - down / this.scale });
  }

  // The point under the pointer stays there.
  zoom(factor, right = this.size.width / 2, down = this.size.height / 2) {
    cancelAnimationFrame(this.running);
    const place = this.zoomed(factor, right, down);
    this.set(place);
  }

  zoomed(factor, right, down) {
    const scale = Math.min(Math.max(this.scale * factor, this.whole * FURTHEST), this.whole * NEAREST);
    const [x, y] = this.at(right, down);
    return { x: x - (right - this.size.width / 2) / scale, y: y - (down - this.size.height / 2) / scale, scale };
  }

  // Goes to a place in a moment, or at once for who wants nothing to move.
  go(place, took = 300) {
    cancelAnimationFrame(this.running);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.set(place);
    const from = this.place;
    const to = { ...from, ...place };
    const begun = performance.now();
    const step = (now) => {
      const part = Math.min(Math.max((now - begun) / took, 0), 1);
      const eased = part * (2 - part);
      const between = (one, other) => one + (other - one) * eased;
      this.set({ x: between(from.x, to.x), y: between(from.y, to.y), scale: from.scale * (to.scale / from.scale) ** eased });
      if (part < 1) this.running = requestAnimationFrame(step);
    };
    this.running = requestAnimationFrame(step);
  }
}

function bounds({ x, y, count }) {
  const found = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let node = 0; node < count; node++) {
    found.left = Math.min(found.left, x[node]);
    found.right = Math.max(found.right, x[node]);
    found.top = Math.min(found.top, y[node]);
    found.bottom = Math.max(found.bottom, y[node]);
  }
  return found;
}
