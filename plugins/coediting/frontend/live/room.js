// The shared text of a page as this browser holds it, and what of it the server has on disk.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import { messageYjsSyncStep2, readSyncMessage, writeSyncStep1, writeUpdate } from "y-protocols/sync";
import * as Y from "yjs";
import { size } from "./fitting.js";
import { bring } from "./joining.js";

const SYNC = 0;
const AWARENESS = 1;
// Milliseconds between two messages of one kind: below what the server takes from one browser.
const APART = { update: 35, awareness: 90 };
// Updates of so many bytes may make a text too long: only then its length is looked at.
const MUCH = 20_000;

// `epoch` names it: two texts of one name are one. `on`: synced() the first time that all is here;
// answered() all that was written here before this connection has been sent; change(remote: bool); kept() what is safe has
// changed; tooMuch() with what was written here the text is longer than `most`
// bytes, which the server takes from nobody.
export class Room {
  constructor(epoch, most, send, on) {
    this.epoch = epoch;
    this.most = most;
    this.send = send;
    this.on = on;
    this.doc = new Y.Doc();
    this.text = this.doc.getText("text");
    this.awareness = new Awareness(this.doc);
    this.synced = false;
    this.answered = false;
    this.waiting = [];
    // What was written here: so many updates, so many of them safe; which messages held how many.
    this.made = 0;
    this.safe = 0;
    this.sent = 0;
    this.marks = [];
    this.flush = spaced(() => this.sendUpdates(), APART.update);
    this.tell = spaced(() => this.sendAwareness(), APART.awareness);
    this.doc.on("update", (update, origin) => {
      if (origin !== this) {
        this.made += 1;
        this.waiting.push(update);
        this.flush();
      }
      if (this.synced) this.on.change(origin === this);
    });
    this.awareness.on("update", ({ added, updated, removed }, origin) => {
      const ours = [...added, ...updated, ...removed].includes(this.doc.clientID);
      if (origin !== this && ours) this.tell();
    });
    this.settled();
  }

  get unsafe() { return this.safe < this.made; }

  // A connection begins: each side says what it has, and sends what the other lacks.
  greet() {
    this.sent = 0;
    this.marks = [];
    this.answered = false;
    const message = encoding.createEncoder();
    encoding.writeVarUint(message, SYNC);
    writeSyncStep1(message, this.doc);
    this.send(encoding.toUint8Array(message));
    this.sendAwareness();
  }

  hear(bytes) {
    const message = decoding.createDecoder(bytes);
    const kind = decoding.readVarUint(message);
    if (kind === AWARENESS) {
      applyAwarenessUpdate(this.awareness, decoding.readVarUint8Array(message), this);
    } else if (kind === SYNC) this.hearSync(message);
  }

  hearSync(message) {
    const answer = encoding.createEncoder();
    encoding.writeVarUint(answer, SYNC);
    const kind = readSyncMessage(message, answer, this.doc, this);
    if (encoding.length(answer) > 1) {
      // The answer to their first step holds all that they lack, so also what waits.
      this.waiting = [];
      this.answered = this.sendMarked(encoding.toUint8Array(answer));
      if (this.answered) this.on.answered();
    }
    if (kind === messageYjsSyncStep2 && !this.synced) {
      this.synced = true;
      this.settled();
      this.on.synced();
    }
  }

  sendUpdates() {
    if (!this.waiting.length) return;
    const message = encoding.createEncoder();
    encoding.writeVarUint(message, SYNC);
    writeUpdate(message, Y.mergeUpdates(this.waiting));
    if (this.sendMarked(encoding.toUint8Array(message))) this.waiting = [];
  }

  sendMarked(bytes) {
    if (bytes.length > MUCH && size(this.text.toString()) > this.most) {
      this.on.tooMuch();
      return false;
    }
    if (!this.send(bytes)) return false;
    this.sent += 1;
    this.marks.push({ sent: this.sent, made: this.made });
    return true;
  }

  // Makes the text say `fitted`, which is not too much any more, and sends all that waits as one:
  // what was written and is gone again is no more than its length in that.
  shorten(fitted) {
    bring(this.text, fitted, "shortened");
    this.waiting = [this.pending()];
    this.sendUpdates();
    if (this.answered || this.waiting.length) return;
    this.answered = true;
    this.on.answered();
  }

  sendAwareness() {
    const message = encoding.createEncoder();
    encoding.writeVarUint(message, AWARENESS);
    encoding.writeVarUint8Array(message, encodeAwarenessUpdate(this.awareness, [this.doc.clientID]));
    this.send(encoding.toUint8Array(message));
  }

  // The first `count` messages of this connection are on disk.
  kept(count) {
    while (this.marks.length && this.marks[0].sent <= count) this.safe = this.marks.shift().made;
    this.settled();
    this.on.kept();
  }

  // Where nothing waits, the server has what stands here: what is written from now on starts from it.
  settled() {
    if (this.unsafe) return;
    this.common = { text: this.text.toString(), vector: Y.encodeStateVector(this.doc) };
  }

  // All that the server may lack, as an update.
  pending() { return Y.encodeStateAsUpdate(this.doc, this.common.vector); }

  // What was pending in an earlier window comes in as if written now.
  takeUp(update) { Y.applyUpdate(this.doc, update, "kept"); }

  // Where one's caret stands: {anchor, head} as offsets, and its line from 1.
  point(caret) {
    const relative = (at) => Y.createRelativePositionFromTypeIndex(this.text, at);
    this.awareness.setLocalState(caret ? {
      cursor: { anchor: relative(caret.anchor), head: relative(caret.head) }, line: caret.line,
    } : {});
  }

  // The carets of others: {client, user, anchor, head}, as offsets of today's text.
  carets() {
    const found = [];
    for (const [client, state] of this.awareness.getStates()) {
      if (client === this.doc.clientID || !state?.user) continue;
      const at = (position) => {
        const place = position && Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), this.doc);
        return place?.type === this.text ? place.index : null;
      };
      found.push({ client, user: state.user, line: state.line, anchor: at(state.cursor?.anchor), head: at(state.cursor?.head) });
    }
    return found;
  }

  // The line broke: nobody is seen any more, and what was sent and not kept is sent again.
  cutOff() {
    this.waiting = [];
    this.marks = [];
    const others = [...this.awareness.getStates().keys()].filter((one) => one !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, this);
  }

  destroy() {
    this.awareness.destroy();
    this.doc.destroy();
  }
}

// At once, then no sooner than so many milliseconds after the last time.
function spaced(act, apart) {
  let timer = 0;
  let last = 0;
  return () => {
    if (timer) return;
    const wait = last + apart - performance.now();
    const run = () => {
      timer = 0;
      last = performance.now();
      act();
    };
    if (wait <= 0) run();
    else timer = setTimeout(run, wait);
  };
}
