// The moment when the shared text comes: what was written here before finds its place in it.
import { alike } from "./edits.js";
import { fitting, size } from "./fitting.js";
import { bring, joined } from "./joining.js";
import { bytesOf, forget } from "./pending.js";

export function entering(state) {
  const { form, surface, words, bind } = state;
  const area = form.querySelector("textarea[name=text]");
  // What this window began with: the whole page, or one chapter of it.
  const first = area.defaultValue;
  const firstBase = form.querySelector("[name=base]").value;
  const section = form.querySelector("[name=section]");

  // A draft that is taken up joins what the others have written since; it does not undo it.
  form.addEventListener("editor:draft", (event) => {
    if (!state.joined) return;
    event.preventDefault();
    const { text, base } = event.detail;
    const { text: shared } = state.attached;
    const wanted = state.section || base === firstBase
      ? withOwn(shared.toString(), text)
      : joined(alike(text, shared.toString()), text, shared.toString());
    bring(shared, wanted, "joined");
  });

  return (room) => {
    const before = state.attached;
    const shared = room.text.toString();
    if (state.joined) {
      // The text of the others was begun again meanwhile: ours is joined by what we last had in common.
      bring(room.text, joined(before.common.text, surface.text(), shared), "joined");
    } else if (state.anew) bring(room.text, again(shared), "joined");
    else bring(room.text, withOwn(shared, surface.text()), "joined");
    const told = takeUp(room);
    bind.attach(room);
    if (before !== room) before?.destroy();
    state.attached = room;
    if (section && !state.joined && !state.anew) leaveSection(room.text.toString());
    state.joined = true;
    if (state.anew) state.anew.tried = true;
    form.dataset.live = "yes";
    for (const box of form.querySelectorAll(".live-found")) box.remove();
    if (told) form.editor.say(words.back);
  };

  // The shared text, and in it what was typed here since it was left, but for what is too much.
  function again(shared) {
    const { since } = state.anew;
    const wanted = joined(since, fitting(since, surface.text(), state.most), shared);
    return size(wanted) > state.most ? shared : wanted;
  }

  // The shared text, and in it what was typed here before it came.
  function withOwn(shared, typed) {
    if (typed === first) return shared;
    if (!section) return joined(first, typed, shared);
    const at = shared.indexOf(first);
    if (at < 0) return `${shared.trimEnd()}\n\n${typed}`;
    return shared.slice(0, at) + typed + shared.slice(at + first.length);
  }

  // Words of earlier windows that had not left this device.
  function takeUp(room) {
    const found = state.pending.found();
    const before = room.text.toString();
    for (const entry of found) {
      if (entry.epoch === room.epoch) room.takeUp(bytesOf(entry));
      else bring(room.text, joined(entry.base, entry.text, room.text.toString()), "joined");
      forget(entry.key);
    }
    return room.text.toString() !== before;
  }

  // One began with a chapter; now the whole page stands here, of which one sees that chapter. Where a
  // plain area cannot hide the rest, one is led to it.
  function leaveSection(text) {
    const lines = first.split("\n").filter((line) => line.trim());
    state.section = section.dataset.heading;
    section.remove();
    const heading = lines.length ? text.indexOf(lines[0]) : -1;
    if (heading >= 0 && surface.showChapter) surface.showChapter(heading);
    else form.querySelector(".edit-bar h1").textContent = state.box.dataset.title;
    if (heading < 0) return;
    // At the end of its first line of text, else of the heading.
    const line = lines[1] && !lines[1].startsWith("#") ? text.indexOf(lines[1], heading) : -1;
    bind.goTo(line < 0 ? heading + lines[0].length : line + lines[1].length);
  }
}
