/** What is said about a submission and its checks: words only, so that they can be tested without a page. */

const STATES = {
  queued: { icon: "hourglass", tone: "wait", title: "Queued" },
  running: { icon: "play", tone: "wait", title: "Running your project" },
  passed: { icon: "check", tone: "good", title: "Every check passes" },
  failed: { icon: "cross", tone: "bad", title: "Not there yet" },
  error: { icon: "alert", tone: "bad", title: "Your project raised an error" },
  timeout: { icon: "clock", tone: "bad", title: "Stopped: it took too long" },
  cancelled: { icon: "minus", tone: "plain", title: "Cancelled" },
  // Of an author's trial only: with an attempt the first is our fault, and the second waits for us.
  broken: { icon: "alert", tone: "bad", title: "The draft's checks cannot be run" },
  aside: { icon: "server", tone: "ours", title: "Not graded, and that is our fault" },
  ours: { icon: "server", tone: "ours", title: "Not graded yet, and that is our fault" },
};

const CHECKS = {
  passed: { icon: "check", tone: "good", word: "passed" },
  failed: { icon: "cross", tone: "bad", word: "failed" },
  error: { icon: "alert", tone: "bad", word: "error" },
  not_run: { icon: "minus", tone: "plain", word: "not run" },
  pending: { icon: "circle", tone: "wait", word: "waiting" },
};

/** {icon, tone, title, detail} of the whole submission. */
export function describeSubmission(submission) {
  const shape = STATES[submission.state] ?? { icon: "info", tone: "plain", title: submission.state };
  const { checks } = submission;
  const passed = checks.filter((check) => check.status === "passed").length;
  if (submission.state === "queued") {
    return { ...shape, detail: queuePlace(submission.position) };
  }
  if (submission.state === "running") {
    const done = checks.filter((check) => check.status !== "pending").length;
    return { ...shape, detail: checks.length ? `${done} of ${count(checks.length, "check")} done` : "" };
  }
  if (submission.state === "ours") {
    const kept = "Your code is kept. You can leave this page, or go on working.";
    return { ...shape, detail: kept };
  }
  if (submission.state === "failed" || submission.state === "error") {
    return { ...shape, detail: checks.length ? `${passed} of ${count(checks.length, "check")} pass` : "" };
  }
  if (submission.state === "passed") {
    return { ...shape, detail: count(checks.length, "check") };
  }
  return { ...shape, detail: "" };
}

export function describeCheck(check) {
  return CHECKS[check.status] ?? { icon: "info", tone: "plain", word: check.status };
}

function queuePlace(position) {
  if (!position) {
    return "";
  }
  return position === 1 ? "You are next" : `Position ${position}`;
}

/** One sentence for somebody who listens instead of looking. */
export function announce(submission) {
  const { title, detail } = describeSubmission(submission);
  const first = submission.checks.find((check) => check.status === "failed" || check.status === "error");
  // Counting aloud, check by check, would only delay the result.
  const said = submission.state === "running" ? "" : detail;
  // Where no check came to run, the grader says why, and its first line what it was.
  const why = ["error", "timeout"].includes(submission.state) && !first ? (submission.message ?? "").split("\n")[0] : "";
  const sentences = [title, said, why, first && submission.finished_at ? `The first to look at: ${first.title}` : ""];
  return sentences
    .filter(Boolean)
    .map((sentence) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`))
    .join(" ");
}

/** "12 ms", "1.4 s"; nothing for what has no duration. */
export function duration(ms) {
  if (ms === null || ms === undefined) {
    return "";
  }
  if (ms < 1) {
    return "under 1 ms";
  }
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** {text, over} of a check's queries against its budget; null where none was counted or nothing is allowed for. */
export function queries(check) {
  if (check.queries === null || check.queries === undefined || check.status === "not_run" || check.status === "pending") {
    return null;
  }
  // A budget is often one request's, and a check may send several: where that passes, nothing was over it.
  const within = check.status === "passed" && check.queries > check.query_budget;
  if (check.query_budget === null || check.query_budget === undefined || within) {
    return check.queries ? { text: count(check.queries, "query", "queries"), over: false } : null;
  }
  const text = `${check.queries} of ${count(check.query_budget, "query", "queries")}`;
  return { text, over: check.queries > check.query_budget };
}

/** "POST /login/ → 302, 4 queries" in parts, for the list of what the check saw. */
export function describeTrace(trace) {
  const { method, path, query } = trace.request;
  return {
    method,
    path: query ? `${path}?${query}` : path,
    status: trace.response?.status ?? null,
    queries: count(trace.queries?.length ?? 0, "query", "queries"),
    exception: trace.exception ? `${trace.exception.type ?? "Exception"}: ${trace.exception.message ?? ""}` : "",
  };
}

/**
 * Cut a message at the places that it names: "shop/views.py, line 12" becomes {text, file, line}, the rest {text}.
 * Only files of the exercise count.
 */
export function placesIn(message, paths) {
  const parts = [];
  let from = 0;
  for (const match of message.matchAll(/([\w./-]+), line (\d+)/g)) {
    if (!paths.includes(match[1])) {
      continue;
    }
    parts.push({ text: message.slice(from, match.index) }, { text: match[0], file: match[1], line: Number(match[2]) });
    from = match.index + match[0].length;
  }
  return [...parts, { text: message.slice(from) }].filter((part) => part.text);
}

export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}
