// Passages of the text that is shown, read as words as anchoring.py reads the page's own: marks,
// blanks and line ends do not count. `passages.read(root)` gives a text with `find` and `chosen`.
{
  const WORD = /[\p{L}\p{N}\p{M}_]+/gu;
  const AROUND = 8;
  // What a text shows and does not say.
  const APART = ".anchor, .edit-section, .section-menu, .sr-only, .katex, form, button, script, style, template, nav";
  const BLOCKS = new Set("P LI UL OL DL DT DD H1 H2 H3 H4 H5 H6 TD TH TR TABLE BLOCKQUOTE PRE FIGURE FIGCAPTION DETAILS SUMMARY SECTION DIV HR BR".split(" "));

  const wordsOf = (text) => [...text.matchAll(WORD)].map((found) => found[0].toLowerCase());

  const blockOf = (node, root) => {
    let at = node.parentElement;
    while (at !== root && !BLOCKS.has(at.tagName)) at = at.parentElement;
    return at;
  };

  // The text nodes as one string, a line for each block; each piece knows where it begins in it.
  const collect = (root) => {
    const pieces = [];
    let text = "";
    let last = null;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement.closest(APART)) continue;
      const block = blockOf(node, root);
      if (last && block !== last) text += "\n";
      last = block;
      pieces.push({ node, start: text.length });
      text += node.data;
    }
    return { text, pieces };
  };

  // The places of `part` that say most of `wanted`, in its order.
  const inOrder = (wanted, part) => {
    const best = Array.from({ length: wanted.length + 1 }, () => new Uint32Array(part.length + 1));
    for (let one = wanted.length - 1; one >= 0; one -= 1) {
      for (let other = part.length - 1; other >= 0; other -= 1) {
        best[one][other] = wanted[one] === part[other]
          ? best[one + 1][other + 1] + part[other].length
          : Math.max(best[one + 1][other], best[one][other + 1]);
      }
    }
    const places = [];
    let [one, other] = [0, 0];
    while (one < wanted.length && other < part.length) {
      if (wanted[one] === part[other]) { places.push(other); one += 1; other += 1; }
      else if (best[one + 1][other] >= best[one][other + 1]) one += 1;
      else other += 1;
    }
    return places;
  };

  class Shown {
    constructor(root) {
      Object.assign(this, collect(root));
      this.found = [...this.text.matchAll(WORD)];
      this.words = this.found.map((one) => one[0].toLowerCase());
    }

    // The range of what says `quote`, of several alike the one between these words; null where none does.
    find(quote, before, after) {
      const wanted = wordsOf(quote);
      if (!wanted.length) return null;
      const around = [wordsOf(before).slice(-AROUND), wordsOf(after).slice(0, AROUND)];
      let best = null;
      let most = -1;
      for (const start of this.starts(wanted)) {
        const count = this.agreement(start, start + wanted.length, around);
        if (count > most) [best, most] = [start, count];
      }
      if (best !== null) return this.range(best, best + wanted.length);
      return this.nearly(wanted);
    }

    *starts(wanted) {
      for (let at = 0; at + wanted.length <= this.words.length; at += 1) {
        if (wanted.every((word, step) => this.words[at + step] === word)) yield at;
      }
    }

    agreement(start, end, [before, after]) {
      let count = 0;
      for (let step = 1; step <= before.length && this.words[start - step] === before.at(-step); step += 1) count += 1;
      for (let step = 0; step < after.length && this.words[end + step] === after[step]; step += 1) count += 1;
      return count;
    }

    // A page shows the titles of what it links to: half of the letters, in their order, are enough.
    nearly(wanted) {
      const size = Math.min(this.words.length, wanted.length + Math.floor(wanted.length / 3) + 2);
      const known = new Set(wanted);
      const weigh = (word) => (known.has(word) ? word.length : 0);
      let score = this.words.slice(0, size).reduce((sum, word) => sum + weigh(word), 0);
      let [most, at] = [score, 0];
      for (let start = 1; start + size <= this.words.length; start += 1) {
        score += weigh(this.words[start + size - 1]) - weigh(this.words[start - 1]);
        if (score > most) [most, at] = [score, start];
      }
      const same = inOrder(wanted, this.words.slice(at, at + size));
      const letters = (list) => list.reduce((sum, word) => sum + word.length, 0);
      if (letters(same.map((step) => this.words[at + step])) < letters(wanted) / 2) return null;
      return same.length ? this.range(at + same[0], at + same.at(-1) + 1) : null;
    }

    range(first, last) {
      const range = document.createRange();
      const end = this.found[last - 1];
      range.setStart(...this.place(this.found[first].index));
      range.setEnd(...this.place(end.index + end[0].length - 1, 1));
      return range;
    }

    place(offset, more = 0) {
      let low = 0;
      let high = this.pieces.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (this.pieces[middle].start <= offset) low = middle;
        else high = middle - 1;
      }
      const piece = this.pieces[low];
      return [piece.node, Math.min(offset - piece.start, piece.node.data.length) + more];
    }

    // The words that a range touches, with those around them; null where it has none.
    chosen(range) {
      const inside = [];
      this.found.forEach((one, at) => {
        const word = this.range(at, at + 1);
        const before = range.compareBoundaryPoints(Range.END_TO_START, word) < 0;
        const after = range.compareBoundaryPoints(Range.START_TO_END, word) > 0;
        if (before && after) inside.push(at);
      });
      if (!inside.length) return null;
      const [first, last] = [inside[0], inside.at(-1) + 1];
      return {
        quote: this.cut(first, last),
        before: this.cut(Math.max(0, first - AROUND), first),
        after: this.cut(last, Math.min(this.found.length, last + AROUND)),
        range: this.range(first, last),
      };
    }

    cut(first, last) {
      if (first >= last) return "";
      const end = this.found[last - 1];
      return this.text.slice(this.found[first].index, end.index + end[0].length).replace(/\s+/g, " ");
    }
  }

  window.passages = { read: (root) => new Shown(root) };
}
