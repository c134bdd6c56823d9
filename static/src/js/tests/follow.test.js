import assert from "node:assert/strict";
import { test } from "node:test";
import { follow } from "../workspace/follow.js";

/** A clock that is turned by hand: `pass(ms)` runs what is due, in order, and lets promises settle. */
function handClock() {
  let now = 0;
  let next = 1;
  const timers = new Map();
  return {
    setTimeout(run, after) {
      timers.set(next, { at: now + after, run });
      return next++;
    },
    clearTimeout: (id) => timers.delete(id),
    async pass(ms) {
      await settle();
      const end = now + ms;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
        if (!due) {
          break;
        }
        timers.delete(due[0]);
        now = due[1].at;
        due[1].run();
        await settle();
      }
      now = end;
      await settle();
    },
    waiting: () => timers.size,
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

function sockets() {
  const made = [];
  class Socket {
    constructor(url) {
      this.url = url;
      this.closed = false;
      made.push(this);
    }
    close() {
      this.closed = true;
      this.onclose?.();
    }
    says(submission) {
      this.onmessage({ data: JSON.stringify(submission) });
    }
  }
  return { Socket, made };
}

function start({ answers = [], ...more } = {}) {
  const clock = handClock();
  const { Socket, made } = sockets();
  const seen = [];
  const connections = [];
  let polls = 0;
  const stop = follow({
    socketUrl: "ws://x/",
    fetchSubmission: async () => {
      const answer = answers[Math.min(polls, answers.length - 1)];
      polls += 1;
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
    onSubmission: (submission) => seen.push(submission.state),
    onConnection: (connection) => connections.push(connection),
    clock,
    Socket,
    ...more,
  });
  return { clock, socket: made[0], seen, connections, stop, polls: () => polls };
}

test("what the socket says is shown, and the end ends it", async () => {
  const run = start({ answers: [{ state: "running" }] });
  run.socket.onopen();
  run.socket.says({ state: "queued" });
  run.socket.says({ state: "passed" });
  await run.clock.pass(60_000);
  assert.deepEqual(run.seen, ["queued", "passed"]);
  assert.deepEqual(run.connections, ["socket"]);
  assert.equal(run.socket.closed, true);
  assert.equal(run.polls(), 0);
  assert.equal(run.clock.waiting(), 0);
});

test("a socket that does not open within two seconds is replaced by polling every second", async () => {
  const run = start({ answers: [{ state: "queued" }, { state: "running" }, { state: "failed" }] });
  await run.clock.pass(1999);
  assert.equal(run.polls(), 0);
  await run.clock.pass(1);
  assert.equal(run.polls(), 1);
  await run.clock.pass(2000);
  assert.deepEqual(run.seen, ["queued", "running", "failed"]);
  await run.clock.pass(60_000);
  assert.equal(run.polls(), 3);
});

test("a socket that closes before the end is replaced by polling at once", async () => {
  const run = start({ answers: [{ state: "passed" }] });
  run.socket.onopen();
  run.socket.says({ state: "running" });
  run.socket.onclose();
  await run.clock.pass(0);
  assert.deepEqual(run.seen, ["running", "passed"]);
  assert.deepEqual(run.connections, ["socket", "polling"]);
});

test("a browser that forbids sockets polls from the start", async () => {
  const Socket = class {
    constructor() {
      throw new Error("forbidden");
    }
  };
  const run = start({ answers: [{ state: "passed" }], Socket });
  await run.clock.pass(0);
  assert.deepEqual(run.seen, ["passed"]);
});

test("where no socket is offered it is polled from the start, and nothing is missed", async () => {
  const Socket = class {
    constructor() {
      throw new Error("asked for");
    }
  };
  const run = start({ answers: [{ state: "running" }, new Error("away"), { state: "broken" }], Socket, socketUrl: null });
  await run.clock.pass(60_000);
  assert.deepEqual(run.seen, ["running", "broken"]);
  assert.deepEqual(run.connections, [null, "lost", null]);
  assert.equal(run.polls(), 3);
});

test("polling that fails goes on, more slowly, says so, and recovers", async () => {
  const away = new Error("away");
  const run = start({ answers: [away, away, { state: "passed" }] });
  run.socket.onerror();
  await run.clock.pass(1999);
  assert.equal(run.polls(), 1);
  await run.clock.pass(1);
  assert.equal(run.polls(), 2);
  await run.clock.pass(4000);
  assert.deepEqual(run.seen, ["passed"]);
  assert.deepEqual(run.connections, ["lost", "lost", "polling"]);
});

test("what waits because of us is still followed", async () => {
  const run = start();
  run.socket.onopen();
  run.socket.says({ state: "ours" });
  run.socket.says({ state: "passed" });
  assert.deepEqual(run.seen, ["ours", "passed"]);
});

test("after stop nothing is heard any more", async () => {
  const run = start({ answers: [{ state: "passed" }] });
  run.stop();
  run.socket.says({ state: "passed" });
  await run.clock.pass(60_000);
  assert.deepEqual(run.seen, []);
  assert.equal(run.polls(), 0);
});
