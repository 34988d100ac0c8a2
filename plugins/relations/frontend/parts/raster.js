// Pixels, drawn by ourselves: twenty thousand thin lines and ten thousand dots are a matter of
// milliseconds so, where a browser without a graphics card takes a second.
export class Raster {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.image = new ImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.ink = new Uint8Array(width * height);
  }

  clear([red, green, blue]) {
    this.pixels.fill(((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0);
    this.ink.fill(0);
  }

  // A thin line of ink; what crosses grows darker, and never darker than ink.
  line(x0, y0, x1, y1, strength) {
    const steep = Math.abs(y1 - y0) > Math.abs(x1 - x0);
    if (steep) [x0, y0, x1, y1] = [y0, x0, y1, x1];
    if (x0 > x1) [x0, y0, x1, y1] = [x1, y1, x0, y0];
    const [length, breadth] = steep ? [this.height, this.width] : [this.width, this.height];
    const slope = x1 > x0 ? (y1 - y0) / (x1 - x0) : 0;
    // Only what lies inside is walked along.
    let first = Math.max(Math.ceil(x0), 0);
    let last = Math.min(Math.floor(x1), length - 1);
    if (slope) {
      const [one, other] = [(0 - y0) / slope + x0, (breadth - 2 - y0) / slope + x0];
      first = Math.max(first, Math.ceil(Math.min(one, other)));
      last = Math.min(last, Math.floor(Math.max(one, other)));
    } else if (y0 < 0 || y0 > breadth - 2) return;
    const { ink, width } = this;
    const [along, across] = steep ? [width, 1] : [1, width];
    let y = y0 + (first - x0) * slope;
    for (let x = first; x <= last; x++, y += slope) {
      const row = y | 0;
      const share = ((y - row) * strength) | 0;
      const at = x * along + row * across;
      ink[at] += ((255 - ink[at]) * (strength - share)) >> 8;
      ink[at + across] += ((255 - ink[at + across]) * share) >> 8;
    }
  }

  // What ink there is gets this colour; then there is none.
  dye(colour, from = 0, to = this.ink.length) {
    const { ink, pixels } = this;
    for (let at = from; at < to; at++) {
      if (ink[at]) pixels[at] = mixed(pixels[at], colour, ink[at]);
    }
    ink.fill(0, from, to);
  }

  // A stamp with its middle at this pixel, on a rim of paper.
  press({ reach, wide, inner, outer }, x, y, colour, paper) {
    const left = Math.round(x) - reach;
    const top = Math.round(y) - reach;
    const { pixels, width } = this;
    const [firstRow, lastRow] = [Math.max(top, 0), Math.min(top + wide, this.height)];
    const [first, last] = [Math.max(left, 0), Math.min(left + wide, width)];
    for (let row = firstRow; row < lastRow; row++) {
      let from = (row - top) * wide + first - left;
      for (let at = row * width + first; at < row * width + last; at++, from++) {
        if (paper && outer[from]) pixels[at] = mixed(pixels[at], paper, outer[from]);
        if (inner[from]) pixels[at] = mixed(pixels[at], colour, inner[from]);
      }
    }
  }
}

function mixed(under, [red, green, blue], strength) {
  const share = strength + (strength >> 7);
  const [r, g, b] = [under & 255, (under >> 8) & 255, (under >> 16) & 255];
  const mix = (one, other) => one + (((other - one) * share) >> 8);
  return ((255 << 24) | (mix(b, blue) << 16) | (mix(g, green) << 8) | mix(r, red)) >>> 0;
}
