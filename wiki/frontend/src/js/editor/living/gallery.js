// What the server makes of blocks, by their text: asked for together and once, and looked at before
// anything of it is shown.
// How long typing elsewhere may rest before cards are asked for.
const REST = 250;
const MOST = 40;
// How soon who did not answer is asked again, and how late at most.
const SHORTEST = 5_000;
const LONGEST = 60_000;

export class Gallery {
  constructor(form, words) {
    this.form = form;
    this.words = words;
    this.names = new Set(form.dataset.names.split(" "));
    this.known = new Map();
    this.wanted = new Set();
    this.waiting = new Set();
    this.timer = 0;
    this.pause = SHORTEST;
  }

  // What is known of a block: {html, failed, items}, null where it is text, undefined until it is asked.
  get(text) {
    if (!this.known.has(text)) this.want(text);
    return this.known.get(text);
  }

  want(text) {
    if (this.waiting.has(text)) return;
    this.wanted.add(text);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), REST);
  }

  again(texts) {
    setTimeout(() => {
      for (const one of texts) this.wanted.add(one);
      this.ask();
    }, this.pause);
    this.pause = Math.min(2 * this.pause, LONGEST);
  }

  async ask() {
    const texts = [...this.wanted].slice(0, MOST);
    if (!texts.length) return;
    for (const one of texts) {
      this.wanted.delete(one);
      this.waiting.add(one);
    }
    const data = new FormData();
    data.set("csrf_token", this.form.querySelector("[name=csrf_token]").value);
    for (const one of texts) data.append("text", one);
    const answer = await fetch(this.form.dataset.drawn, {
      method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json" },
    }).catch(() => null);
    const found = answer?.ok ? await answer.json().catch(() => null) : null;
    for (const one of texts) this.waiting.delete(one);
    // Where nobody answers blocks are text until somebody does.
    texts.forEach((one, at) => this.known.set(one, found ? cardOf(found[at], one.length) : null));
    if (found) this.pause = SHORTEST;
    else if (!answer || answer.status === 429 || answer.status >= 500) this.again(texts);
    this.drawn?.();
    if (this.wanted.size) this.ask();
  }
}

const isPlace = (at, most) => Number.isInteger(at) && at >= 0 && at <= most;
const isSpan = (one, most) => Array.isArray(one) && isPlace(one[0], most) && isPlace(one[1], most) && one[0] <= one[1];

function isItem(one, most) {
  if (!isSpan([one?.from, one?.to], most) || typeof one.words !== "string") return false;
  const { parts } = one;
  const long = one.to - one.from;
  return parts === null || (isSpan(parts?.lead, long) && Array.isArray(parts.text) && parts.text.every((its) => isSpan(its, long))
    && isPlace(parts.tail, long) && Object.values(parts.kinds ?? {}).flat().every((its) => isSpan(its, long) && isSpan([its[3], its[0]], long)));
}

// An answer as it may be used: what makes no sense is a card that cannot be shown, never an error.
function cardOf(answer, most) {
  if (answer === null) return null;
  if (typeof answer?.html !== "string" || answer.failed || !Array.isArray(answer.items)) return { html: "", failed: true, items: [] };
  return { html: answer.html, failed: false, items: answer.items.every((one) => isItem(one, most)) ? answer.items : [] };
}
