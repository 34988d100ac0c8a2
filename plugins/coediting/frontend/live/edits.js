// What makes one text of another, as few and small edits as is cheap: cursors and others' words stay.

// Above so many pairs of pieces, what differs is one piece.
const BOUND = 1_000_000;

const LINES = /[^\n]*\n|[^\n]+$/g;
const WORDS = /\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;

// The edits {from, to, insert} of `before`, in its own offsets, first to last, that make `after`.
// Where words can be said to stand in several places (“. Avant” before a point is “ Avant.” after it),
// it is the last: two texts that say the same more than a third are seen to.
export function edits(before, after) {
  const found = between(before, after, 0, LINES);
  return found.map((one, at) => slid(before, one, found[at + 1]?.from ?? before.length));
}

// The same edit as far behind as it may stand, up to `end`.
function slid(before, { from, to, insert }, end) {
  if (to > from && insert) return { from, to, insert };
  const moving = insert || before.slice(from, to);
  let by = 0;
  while (to + by < end && before[to + by] === moving[by % moving.length]) by += 1;
  if (by && isHigh(before.charCodeAt(to + by - 1))) by -= 1;
  const turned = by % moving.length;
  return { from: from + by, to: to + by, insert: insert && insert.slice(turned) + insert.slice(0, turned) };
}

export function applied(text, changes) {
  let done = "";
  let at = 0;
  for (const { from, to, insert } of changes) {
    done += text.slice(at, from) + insert;
    at = to;
  }
  return done + text.slice(at);
}

// What two texts have alike, in its order.
export function alike(one, other) {
  return applied(one, edits(one, other).map((edit) => ({ ...edit, insert: "" })));
}

function between(before, after, offset, pieces) {
  const { start, end } = common(before, after);
  const left = before.slice(start, before.length - end);
  const right = after.slice(start, after.length - end);
  const from = offset + start;
  if (!left && !right) return [];
  if (!left || !right || !pieces) return [{ from, to: from + left.length, insert: right }];
  const finer = pieces === LINES ? WORDS : null;
  const [a, b] = [left.match(pieces), right.match(pieces)];
  if (a.length * b.length > BOUND) return [{ from, to: from + left.length, insert: right }];
  return hunks(a, b).flatMap((one) => {
    const [gone, come] = [a.slice(...one.a).join(""), b.slice(...one.b).join("")];
    return between(gone, come, from + a.slice(0, one.a[0]).join("").length, finer);
  });
}

// How much two texts share at their two ends; no character of two units is cut through.
function common(before, after) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  if (start && isHigh(before.charCodeAt(start - 1))) start -= 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  if (end && isLow(before.charCodeAt(before.length - end))) end -= 1;
  return { start, end };
}

const isHigh = (unit) => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit) => unit >= 0xdc00 && unit < 0xe000;

// The stretches of two lists that differ, from their longest common sequence.
function hunks(a, b) {
  const width = b.length + 1;
  const best = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      best[i * width + j] = a[i] === b[j]
        ? best[(i + 1) * width + j + 1] + 1
        : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
    }
  }
  const found = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [from, to] = [i, j];
    while ((i < a.length || j < b.length) && !(i < a.length && j < b.length && a[i] === b[j])) {
      const goes = i < a.length && (j === b.length || best[(i + 1) * width + j] >= best[i * width + j + 1]);
      if (goes) i += 1;
      else j += 1;
    }
    if (i > from || j > to) found.push({ a: [from, i], b: [to, j] });
    else {
      i += 1;
      j += 1;
    }
  }
  return found;
}
