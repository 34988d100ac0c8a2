// Which dots and which names lie in a box: dots are kept by the square they stand in.
const SQUARE = 64;

export class Crowd {
  constructor() {
    this.squares = new Map();
    this.names = [];
    this.largest = 0;
  }

  dot(node, x, y, size) {
    const key = square(x) * 100_000 + square(y);
    if (!this.squares.has(key)) this.squares.set(key, []);
    this.squares.get(key).push({ node, x, y, size });
    this.largest = Math.max(this.largest, size);
  }

  name(box) { this.names.push(box); }

  // Whether a name stands there.
  named(box) {
    return this.names.some((one) => one.left < box.right + 4 && box.left < one.right + 4 && one.top < box.bottom && box.top < one.bottom);
  }

  // How many dots but `own` the box covers, were it only their edge.
  covered(box, own) {
    let found = 0;
    const far = this.largest;
    for (let across = square(box.left - far); across <= square(box.right + far); across++) {
      for (let down = square(box.top - far); down <= square(box.bottom + far); down++) {
        for (const dot of this.squares.get(across * 100_000 + down) ?? []) if (dot.node !== own && touches(box, dot)) found += 1;
      }
    }
    return found;
  }
}

const square = (pixels) => Math.floor(pixels / SQUARE);

function touches(box, { x, y, size }) {
  const right = Math.max(box.left - x, 0, x - box.right);
  const down = Math.max(box.top - y, 0, y - box.bottom);
  return Math.hypot(right, down) < size;
}
