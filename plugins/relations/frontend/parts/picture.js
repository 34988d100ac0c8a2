// The picture that is shown, larger than the stage: while one pans or zooms it is moved as it is,
// which costs nothing, and painted anew beside that, a little at a time.
import { painting } from "./painting.js";
import { Raster } from "./raster.js";

const MARGIN = 0.25;
const MOST_PIXELS = 8_000_000;
// Milliseconds of painting at a stretch: while something moves, and while nothing does.
const MOVING = 5;
const STILL = 40;
const REST = 100;

export class Picture {
  // `shown()` says what to paint: {shades, chosen, palette}; `write` writes names over it.
  constructor(place, network, view, shown, write) {
    Object.assign(this, { network, view, shown, write });
    this.canvas = place.appendChild(document.createElement("canvas"));
    this.canvas.setAttribute("aria-hidden", "true");
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.painted = null;
    this.work = null;
    this.rest = 0;
    this.frame = 0;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => this.paint();
    this.later = () => channel.port2.postMessage(0);
  }

  resize(width, height) {
    this.width = Math.round(width * (1 + 2 * MARGIN));
    this.height = Math.round(height * (1 + 2 * MARGIN));
    this.ratio = Math.min(window.devicePixelRatio || 1, 2, Math.sqrt(MOST_PIXELS / (this.width * this.height)));
    this.raster = new Raster(Math.round(this.width * this.ratio), Math.round(this.height * this.ratio));
    this.work = null;
    this.sized = false;
    this.anew();
  }

  // What is shown has changed: paint it, whatever is being painted.
  anew() {
    if (!this.raster) return;
    const idle = !this.work;
    delete this.canvas.dataset.settled;
    const { view } = this;
    const place = { x: view.x, y: view.y, scale: view.scale, near: view.near };
    this.work = { place, steps: painting(this.network, this.shown(), this.raster, place, this.ratio) };
    if (idle) this.later();
  }

  paint() {
    if (!this.work) return;
    const until = performance.now() + (this.rest ? MOVING : STILL);
    let done = false;
    while (!done && performance.now() < until) ({ done } = this.work.steps.next());
    if (!done) return this.later();
    this.painted = this.work.place;
    this.work = null;
    this.show();
  }

  show() {
    if (!this.sized) {
      [this.canvas.width, this.canvas.height] = [this.raster.width, this.raster.height];
      Object.assign(this.canvas.style, { width: `${this.width}px`, height: `${this.height}px` });
      this.sized = true;
    }
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.putImageData(this.raster.image, 0, 0);
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.write(this.context, this.painted, this.width, this.height);
    this.place();
    this.settle(MARGIN * 0.8);
    this.canvas.dispatchEvent(new CustomEvent("painted", { bubbles: true }));
  }

  // Paints anew where the picture is too far from what is wanted; says so where it is not.
  settle(part) {
    if (this.work) return;
    if (this.stale(part)) this.anew();
    else if (!this.rest) this.canvas.dataset.settled = "";
  }

  // The view has moved.
  moved() {
    if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.place(); });
    clearTimeout(this.rest);
    delete this.canvas.dataset.settled;
    this.rest = setTimeout(() => { this.rest = 0; this.settle(0.02); }, REST);
    if (this.painted) this.settle(MARGIN * 0.5);
  }

  // Puts the picture where the view wants it.
  place() {
    if (!this.painted) return;
    const { view, painted } = this;
    const whole = (pixels) => Math.round(pixels * this.ratio) / this.ratio;
    const left = whole((painted.x - view.x) * view.scale + (view.size.width - this.width) / 2);
    const top = whole((painted.y - view.y) * view.scale + (view.size.height - this.height) / 2);
    const grown = view.scale / painted.scale;
    this.canvas.style.transform = `translate(${left}px, ${top}px)${grown === 1 ? "" : ` scale(${grown})`}`;
  }

  // Whether what is shown is another size, or lies aside by more than this part of the stage.
  stale(part) {
    const { view, painted } = this;
    if (!painted) return true;
    const aside = Math.max(Math.abs(painted.x - view.x) * view.scale / view.size.width, Math.abs(painted.y - view.y) * view.scale / view.size.height);
    return aside > part || (this.rest ? Math.abs(Math.log2(view.scale / painted.scale)) > 0.7 : view.scale !== painted.scale);
  }
}
