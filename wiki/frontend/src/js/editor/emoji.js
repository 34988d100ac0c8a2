// Emoji by the beginning of a word of their names, in the language of who writes. The list is fetched
// when it is first asked for: most never do.
import { fold } from "./words.js";

const MOST = 60;

let fetched = null;

// Each as [emoji, name, words it is found by]; none where they cannot be had.
function all(address) {
  fetched ??= fetch(address).then((answer) => (answer.ok ? answer.text() : "")).catch(() => "").then((text) => {
    if (!text) fetched = null;
    return text.split("\n").filter(Boolean).map((line) => {
      const [sign, name, ...also] = line.split("\t");
      return [sign, name, [name, ...also].flatMap((one) => fold(one).split(/[\s’',-]+/))];
    });
  });
  return fetched;
}

// [emoji, name] of those that have a word for each that is typed: whole words first, then words of the
// name, then short names.
export async function emojiNamed(address, typed) {
  const asked = fold(typed).split(/[\s-]+/).filter(Boolean);
  const ranked = [];
  for (const [place, [sign, name, words]] of (await all(address)).entries()) {
    const at = asked.map((word) => words.findIndex((its) => its.startsWith(word)));
    if (at.some((one) => one < 0)) continue;
    const rank = asked.length ? [asked.filter((word) => !words.includes(word)).length, Math.max(...at), name.length, place] : [place];
    ranked.push([rank, sign, name]);
  }
  const first = (one, other) => {
    const at = one.findIndex((value, index) => value !== other[index]);
    return at < 0 ? 0 : one[at] - other[at];
  };
  return ranked.sort(([one], [other]) => first(one, other)).slice(0, MOST).map(([, ...found]) => found);
}
