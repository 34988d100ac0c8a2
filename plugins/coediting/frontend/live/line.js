// The line to the live process: a ticket, a WebSocket, and again where it breaks.

// Milliseconds before one more try; the last holds for all further ones.
const WAITS = [250, 500, 750, 1000, 1000, 1500, 2000, 4000, 8000, 15000];
// So long a ticket may take, and a connection to be let in: a proxy may ask servers that hang before
// one that answers, each for some seconds (packaging/nginx).
export const PATIENCE = 12000;
// Told by the server: this is no place to come back to.
const FOR_GOOD = new Set([4403, 4404, 4409]);
// What was sent is not taken, and would not be: malformed, or too much. Never to be sent again.
export const TOO_LONG = new Set([4413, 1009]);
export const NOT_TAKEN = new Set([4400, ...TOO_LONG]);

// `on`: epoch() what to join with; ticket(answer); told(message); bytes(data); down(code);
// refused(words) where no ticket is given.
export class Line {
  constructor(ask, on) {
    this.ask = ask;
    this.on = on;
    this.tries = 0;
    this.socket = null;
    this.ended = false;
    this.asking = false;
    this.timer = 0;
    addEventListener("online", () => this.hurry());
    // Where only the line to elsewhere broke (a server on this machine), the next try says so.
    addEventListener("offline", () => this.drop());
    addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  async open() {
    if (this.ended || this.socket || this.asking) return;
    clearTimeout(this.timer);
    this.asking = true;
    const answer = await this.ask().catch(() => null);
    this.asking = false;
    if (this.ended) return;
    if (answer?.error !== undefined) {
      this.end();
      this.on.refused(answer.error);
    } else if (answer?.listens) this.join(answer);
    else this.again();
  }

  join(answer) {
    this.on.ticket(answer);
    const socket = new WebSocket(answer.url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.late = setTimeout(() => this.drop(), PATIENCE);
    const say = (message) => socket.send(JSON.stringify(message));
    socket.onopen = () => say({ type: "join", ticket: answer.ticket, epoch: this.on.epoch() });
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") return this.on.bytes(new Uint8Array(data));
      const told = JSON.parse(data);
      if (told.type === "joined") this.arrived();
      return this.on.told(told);
    };
    socket.onclose = ({ code }) => this.closed(socket, code);
  }

  arrived() {
    clearTimeout(this.late);
    this.tries = 0;
  }

  // A broken line may take minutes to say so: whoever knows better lets go of it at once.
  drop() {
    const socket = this.socket;
    if (!socket) return;
    this.closed(socket, 1006);
    socket.close();
  }

  closed(socket, code) {
    if (this.socket !== socket) return;
    clearTimeout(this.late);
    this.socket = null;
    if (FOR_GOOD.has(code)) this.end();
    this.on.down(code);
    if (!this.ended) this.again();
  }

  again() {
    const wait = WAITS[Math.min(this.tries, WAITS.length - 1)];
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), wait * (0.75 + Math.random() / 2));
  }

  // Now, and as if for the first time: someone waits for it, or has just come back.
  hurry() {
    this.tries = 0;
    this.open();
  }

  end() {
    this.ended = true;
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  send(data) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(typeof data === "object" && !(data instanceof Uint8Array) ? JSON.stringify(data) : data);
    return true;
  }
}
