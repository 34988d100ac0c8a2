// What part of the map is looked at: the point in the middle, and pixels for one step of the layout.
import { bounds } from "./network.js";

// Pixels left free around the whole map, on a large stage, and this part of a small one.
const AROUND = 40;
const PART = 0.05;
const NEAREST = 50;
const FURTHEST = 1 / 3;

export class View {
  constructor(network) {
    this.bounds = bounds(network);
    this.size = { width: 1, height: 1 };
    // Pixels of the stage that something else lies on.
    this.covered = { left: 0, right: 0, bottom: 0 };
    this.moved = () => {};
    this.running = 0;
  }

  // A stage that changes its size keeps what is in its middle, and how near it is to the whole.
  resize(width, height) {
    const near = this.scale ? this.scale / this.whole : 0;
    this.size = { width, height };
    const { left, top, right, bottom } = this.bounds;
    const room = (pixels) => pixels - 2 * Math.min(AROUND, pixels * PART);
    const free = this.free;
    const across = room(Math.max(free.right - free.left, width / 3));
    const down = room(Math.max(free.bottom, height / 3));
    this.whole = Math.min(across / Math.max(right - left, 1), down / Math.max(bottom - top, 1), 60);
    if (near) this.set({ scale: this.whole * near });
    else this.set(this.all());
  }

  all() {
    const { left, top, right, bottom } = this.bounds;
    return this.centred((left + right) / 2, (top + bottom) / 2, this.whole);
  }

  // The place from which these nodes are all seen.
  around(nodes, { x, y }) {
    const { left, top, right, bottom } = bounds({ x: nodes.map((node) => x[node]), y: nodes.map((node) => y[node]), count: nodes.length });
    const free = this.free;
    const room = (pixels) => Math.max(pixels - 2 * AROUND, pixels / 2);
    const scale = Math.min(room(free.right - free.left) / Math.max(right - left, 1), room(free.bottom) / Math.max(bottom - top, 1), this.whole * NEAREST, 60);
    return this.centred((left + right) / 2, (top + bottom) / 2, scale);
  }

  // What is seen of the stage.
  get free() {
    const { left, right, bottom } = this.covered;
    return { left, top: 0, right: this.size.width - right, bottom: this.size.height - bottom };
  }

  // The place from which a point of the map is in the middle of what is seen.
  centred(x, y, scale) {
    const { left, right, bottom } = this.covered;
    return { x: x - (left - right) / 2 / scale, y: y + bottom / 2 / scale, scale };
  }

  get near() { return this.scale / this.whole; }

  get place() { return { x: this.x, y: this.y, scale: this.scale }; }

  set({ x = this.x, y = this.y, scale = this.scale }) {
    const { left, top, right, bottom } = this.bounds;
    this.scale = Math.min(Math.max(scale, this.whole * FURTHEST), this.whole * NEAREST);
    const more = { x: Math.max(this.covered.left, this.covered.right) / 2 / this.scale, y: this.covered.bottom / 2 / this.scale };
    this.x = Math.min(Math.max(x, left - more.x), right + more.x);
    this.y = Math.min(Math.max(y, top), bottom + more.y);
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
