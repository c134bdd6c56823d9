import { isFinished } from "./state.js";

const OPEN_WITHIN = 2000;
const POLL_EVERY = 1000;
const POLL_AT_MOST_EVERY = 10_000;

/**
 * Tell `onSubmission` every change of a submission until it is finished: over a WebSocket, and by polling as soon as
 * the socket did not open within two seconds, failed or closed. `onConnection` hears "socket", "polling" or
 * "lost" (polling fails too, and goes on). Where `socketUrl` is null there is no socket to miss: it is polled, and
 * `onConnection` hears null for that. Returns a function that stops it.
 */
export function follow({ socketUrl, fetchSubmission, onSubmission, onConnection, clock = window, Socket = WebSocket }) {
  let stopped = false;
  let polling = false;
  let timer = null;
  const socket = openSocket(socketUrl, Socket);

  function stop() {
    stopped = true;
    clock.clearTimeout(timer);
    socket?.close();
  }

  function take(submission) {
    if (stopped) {
      return;
    }
    if (isFinished(submission)) {
      stop();
    }
    onSubmission(submission);
  }

  function startPolling() {
    if (stopped || polling) {
      return;
    }
    polling = true;
    clock.clearTimeout(timer);
    socket?.close();
    poll(POLL_EVERY);
  }

  async function poll(pause) {
    let next = POLL_EVERY;
    try {
      const submission = await fetchSubmission();
      if (!stopped) {
        onConnection(socketUrl === null ? null : "polling");
        take(submission);
      }
    } catch {
      // The network or the server is away. The result is kept there; we ask again, more and more slowly.
      next = Math.min(pause * 2, POLL_AT_MOST_EVERY);
      if (!stopped) {
        onConnection("lost");
      }
    }
    if (!stopped) {
      timer = clock.setTimeout(() => poll(next), next);
    }
  }

  if (!socket) {
    startPolling();
    return stop;
  }
  timer = clock.setTimeout(startPolling, OPEN_WITHIN);
  socket.onopen = () => {
    if (!stopped && !polling) {
      clock.clearTimeout(timer);
      onConnection("socket");
    }
  };
  socket.onmessage = (event) => {
    if (!polling) {
      take(JSON.parse(event.data));
    }
  };
  socket.onclose = startPolling;
  socket.onerror = startPolling;
  return stop;
}

function openSocket(url, Socket) {
  if (url === null) {
    return null;
  }
  try {
    return new Socket(url);
  } catch {
    // A policy or an extension may forbid sockets; polling needs none.
    return null;
  }
}
