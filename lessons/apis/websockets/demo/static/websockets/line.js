/* A WebSocket that comes back: with back-off, with what was missed, and with what was not sent yet. */

const SIGNED_OUT = 4001;
const POLICY = 1008;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 5_000;
const AT_ONCE = 4; // a little less than the server takes,
const SPACING = 1_100; // and a little slower

export class Line {
  /** `tell` has state(name, text), frame(content), note(text) and waiting(messages). */
  constructor(path, last, tell) {
    this.address = new URL(path, location.href.replace(/^http/, "ws"));
    this.last = last;
    this.tell = tell;
    this.outbox = new Map();
    this.attempt = 0;
    this.lost = false;
    this.free = 0; // when the next message that waits may be sent
  }

  call() {
    clearTimeout(this.timer);
    this.address.search = `?after=${this.last}`;
    this.socket = new WebSocket(this.address);
    this.tell.state("calling", "Calling…");
    this.socket.addEventListener("message", (event) => this.heard(JSON.parse(event.data)));
    this.socket.addEventListener("close", (event) => this.ended(event));
  }

  hangUp() {
    clearTimeout(this.timer);
    if (this.socket.readyState < WebSocket.CLOSING) this.socket.close(1000);
    else this.tell.state("off", "Hung up");
  }

  say(text) {
    const message = { type: "say", key: crypto.randomUUID(), text };
    this.outbox.set(message.key, message);
    this.send(message);
    this.tell.waiting([...this.outbox.values()]);
  }

  /** After a reconnect: not all of it in one breath, or the server cuts the line again. */
  sayAgain() {
    [...this.outbox.values()].forEach((message, index) => (index < AT_ONCE ? this.send(message) : this.sayLater(message)));
  }

  sayLater(message, wait = SPACING) {
    const at = Math.max(performance.now() + wait, this.free);
    this.free = at + SPACING;
    setTimeout(() => this.outbox.has(message.key) && this.send(message), at - performance.now());
  }

  send(content) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(content));
  }

  // region: heard
  heard(frame) {
    if (frame.type === "missed") {
      const count = frame.messages.length;
      if (this.lost) this.tell.note(`Back. ${count} missed since no. ${frame.after}`);
      // Not at "open": a server that accepts and falls over would be called without a pause.
      this.attempt = 0;
      this.lost = false;
      this.tell.state("open", "Connected");
      for (const message of frame.messages) this.keep(message);
      this.sayAgain();
    } else if (frame.type === "said" && frame.message.number > this.last + 1) {
      this.send({ type: "since", number: this.last }); // a hole: the layer dropped something
    } else if (frame.type === "said") {
      this.keep(frame.message);
    } else {
      this.tell.frame(frame);
    }
  }

  keep(message) {
    this.outbox.delete(message.key); // the only receipt: it came back with a number
    if (message.number > this.last) {
      this.last = message.number;
      this.tell.frame({ type: "said", message });
    }
    this.tell.waiting([...this.outbox.values()]);
  }
  // endregion: heard

  ended(event) {
    this.tell.note(event.code === 1006 ? "Refused, or lost without a word (1006)" : `Closed with code ${event.code}`);
    if (event.code === 1000) this.tell.state("off", "Hung up");
    else if (event.code === SIGNED_OUT) this.tell.state("off", "Signed out");
    else if (event.code === POLICY) this.tell.state("off", "Thrown out");
    else this.callLater();
  }

  // region: backoff
  callLater() {
    this.lost = true;
    const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.attempt);
    const wait = most / 2 + (Math.random() * most) / 2;
    this.attempt += 1;
    const seconds = (wait / 1000).toFixed(1);
    this.tell.state("waiting", `Line down. Attempt ${this.attempt} in ${seconds} s`);
    this.timer = setTimeout(() => this.call(), wait);
  }
  // endregion: backoff
}
