// The moment when the shared text comes: what was written here before finds its place in it.
import { bring, joined } from "./joining.js";
import { bytesOf, forget } from "./pending.js";

export function entering(state) {
  const { form, surface, words, bind } = state;
  const area = form.querySelector("textarea[name=text]");
  // What this window began with: the whole page, or one chapter of it.
  const first = area.defaultValue;
  const section = form.querySelector("[name=section]");

  return (room, before) => {
    const shared = room.text.toString();
    if (state.joined) {
      // The text of the others was begun again meanwhile: ours is joined by what we last had in common.
      bring(room.text, joined(before.common.text, surface.text(), shared), "joined");
    } else if (!state.anew) {
      bring(room.text, withOwn(shared, surface.text()), "joined");
    }
    const told = takeUp(room);
    bind.attach(room);
    if (section && !state.joined && !state.anew) leaveSection(room.text.toString());
    state.joined = true;
    state.anew = false;
    form.dataset.live = "yes";
    for (const box of form.querySelectorAll(".live-found")) box.remove();
    if (told) form.editor.say(words.back);
  };

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
    for (const entry of found) {
      if (entry.epoch === state.epoch) room.takeUp(bytesOf(entry));
      else bring(room.text, joined(entry.base, entry.text, room.text.toString()), "joined");
      forget(entry.key);
    }
    return found.length > 0;
  }

  // One began with a chapter; now the whole page stands here, and one is led to it.
  function leaveSection(text) {
    const heading = first.split("\n").find((line) => line.trim());
    state.section = section.value;
    section.remove();
    form.querySelector(".edit-bar h1").textContent = state.box.dataset.title;
    const at = heading ? text.indexOf(heading) : -1;
    if (at >= 0) bind.goTo(at);
  }
}
