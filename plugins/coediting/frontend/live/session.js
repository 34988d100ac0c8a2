// One window in one page: its line, its text, what it says, and what becomes of its words.
import { entering } from "./entering.js";
import { fitting, size } from "./fitting.js";
import { Line, NOT_TAKEN, PATIENCE as ANSWERED, TOO_LONG } from "./line.js";
import { lost, offerFound } from "./losing.js";
import { pendingOf } from "./pending.js";
import { people } from "./people.js";
import { plainText } from "./plain.js";
import { richText } from "./rich.js";
import { Room } from "./room.js";
import { saving } from "./saving.js";
import { said } from "./saying.js";
import { notice } from "./telling.js";

// So long a first connection may take before words found on this device are offered without it.
const PATIENCE = 6000;
// How often what goes on by itself is looked at: words to keep here, held back changes.
const TICK = 400;
// Words that are not on disk after so long are kept here, and the line is thought broken.
const SLOW = 1200;
const BROKEN = 5000;

export function begin(form, box) {
  const { surface, say } = form.editor;
  const words = JSON.parse(box.dataset.strings);
  const bind = surface.view ? richText(surface) : plainText(surface);
  const state = { form, box, surface, words, bind, room: null, attached: null, me: "", pending: null, joined: false, most: Number(form.dataset.maxText) || Infinity };
  const enter = entering(state);
  const status = said(words, say, form.querySelector("[data-saved]"));
  const showPeople = people(box, words, surface, (at) => bind.goTo(at));
  let held = [];
  let unsafeSince = 0;
  let upSince = 0;

  const line = new Line(() => askTicket(form, box), {
    epoch: () => state.room?.epoch ?? null,
    ticket({ me }) {
      state.me = me;
      state.pending ??= pendingOf(me, form.dataset.path);
    },
    told: (message) => answers[message.type]?.(message),
    bytes(bytes) {
      if (held.length || !bind.calm()) held.push(bytes);
      else state.room?.hear(bytes);
    },
    down(code) {
      held = [];
      upSince = 0;
      state.room?.cutOff();
      showPeople(null, state.me);
      if (NOT_TAKEN.has(code)) startAnew(code);
      else if (state.joined) status.down();
      saver.down();
    },
    refused(why) {
      if (state.joined) part(why);
    },
  });
  const saver = saving(state, line, status);

  // What others see of it: an address that is another, a text that is no more.
  const answers = {
    joined(message) {
      setBase(form, message.base);
      upSince = Date.now();
      if (!state.room || !message.same) openRoom(message.epoch);
      state.room.greet();
      if (state.joined) status.up(state.attached.unsafe);
    },
    kept: ({ updates }) => state.room?.kept(updates),
    saved(message) {
      setBase(form, message.commit);
      saver.saved(message);
    },
    refused: (message) => saver.refused(message),
    merged({ who }) {
      state.merged?.remove();
      state.merged = notice(form, "info", who ? words.merged.replace("{who}", who) : words.merged_other);
    },
    moved: (message) => {
      move(form, box, message);
      notice(form, "info", words.moved);
    },
    gone: (message) => part(message.words),
    rights: (message) => part(message.words),
    error(message) { state.why = message.words; },
  };

  function openRoom(epoch) {
    // What is typed until the other text is here stays in the one that was, and is joined then.
    if (state.attached) state.attached.send = () => false;
    if (state.room !== state.attached) state.room?.destroy();
    const room = new Room(epoch, state.most, (data) => line.send(data), {
      synced() {
        enter(room);
        status.up(room.unsafe);
        form.dispatchEvent(new CustomEvent("coediting:joined"));
      },
      change() { status.changed(room.unsafe); },
      kept() {
        if (!room.unsafe) state.anew = null;
        status.changed(room.unsafe);
      },
      answered() { saver.up(); },
      tooMuch() {
        // Not while it is still being written.
        setTimeout(() => {
          if (state.room === room) takeOut(room);
        });
      },
    });
    room.awareness.on("change", () => showPeople(room, state.me));
    room.text.observe(() => showPeople(room, state.me));
    state.room = room;
  }

  // With what was written here last the text is too long: that stays at hand, and leaves the text.
  function takeOut(room) {
    const whole = room.text.toString();
    const fitted = fitting(room.common.text, whole, room.most);
    if (size(fitted) > room.most) {
      state.why = words.too_long;
      startAnew(4413);
      line.drop();
      return;
    }
    lost(state, words.too_long, () => whole);
    room.shorten(fitted);
  }

  // What we sent is not taken: it stays at hand, and the text of the others is begun again. What
  // made it too long is found and left out; of what is no text, all that the server has not.
  function startAnew(code) {
    if (!state.room) return;
    const whole = surface.text();
    lost(state, state.why ?? words.not_taken, () => whole);
    state.why = null;
    const common = state.attached?.common.text ?? whole;
    // Where it was tried already, and refused again, only what is typed from now on is brought.
    state.anew = { since: TOO_LONG.has(code) && !state.anew?.tried ? common : whole, tried: false };
    state.pending?.clear();
    bind.detach();
    state.room.destroy();
    state.room = null;
    state.attached = null;
    state.joined = false;
  }

  // One may write here no more, or there is nothing to write in: what stands here stays.
  function part(why) {
    line.end();
    bind.detach();
    showPeople(null, state.me);
    state.joined = false;
    form.dataset.live = "no";
    status.over();
    saver.down();
    lost(state, why || words.parted, () => surface.text());
    state.pending?.clear();
  }

  setInterval(() => {
    if (held.length && bind.calm()) {
      const now = held;
      held = [];
      for (const bytes of now) state.room?.hear(bytes);
    }
    const { attached: room, pending } = state;
    if (!room?.unsafe || !state.joined) {
      unsafeSince = 0;
      if (!room?.unsafe) pending?.clear();
      return;
    }
    unsafeSince ||= Date.now();
    const since = Date.now() - unsafeSince;
    if (since > SLOW) status.kept(pending.write(room));
    // Only one that was up: who is just being let in again takes the time that a slow line takes.
    if (upSince && since > BROKEN && Date.now() - upSince > BROKEN) line.drop();
  }, TICK);
  addEventListener("pagehide", () => {
    if (!state.joined) return;
    state.attached.sendUpdates();
    if (state.attached.unsafe) state.pending.write(state.attached);
  });

  setTimeout(() => { if (!state.joined && state.pending) offerFound(state); }, PATIENCE);
  line.open();
}

async function askTicket(form, box) {
  const body = new FormData();
  body.set("csrf_token", form.querySelector("[name=csrf_token]").value);
  // A server that takes the call and says nothing is asked again: another one may answer then.
  const signal = AbortSignal.timeout(ANSWERED);
  const answer = await fetch(box.dataset.ticket, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" }, signal });
  // Too many at once, or a server that starts: that passes.
  if (answer.status === 429 || answer.status >= 500) return null;
  const told = await answer.json().catch(() => ({}));
  return answer.ok ? told : { error: told.error ?? "" };
}

// What a plain save joins: the last commit that this text has in it.
function setBase(form, commit) {
  if (commit) form.querySelector("[name=base]").value = commit;
}

function move(form, box, { path, url }) {
  const elsewhere = (action) => url.replace("/-/edit/", action);
  form.dataset.path = path;
  form.action = url;
  form.dataset.preview = elsewhere("/-/preview/");
  form.dataset.attach = elsewhere("/-/attach/");
  box.dataset.ticket = elsewhere("/-/coediting/ticket/");
  box.dataset.hand = elsewhere("/-/coediting/hand/");
  history.replaceState(history.state, "", url);
}
