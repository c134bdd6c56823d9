import assert from "node:assert/strict";
import { test } from "node:test";
import { getJson } from "../lib/http.js";

const answer = (status, body, type = "application/json") => async () =>
  new Response(body, { status, headers: { "content-type": type } });

test("the server's own sentence is what the learner reads", async () => {
  await assert.rejects(getJson("/", answer(413, '{"error": "All files together may have 1 MB."}')), {
    message: "All files together may have 1 MB.",
    status: 413,
  });
});

test("an HTML error page becomes a sentence, not markup", async () => {
  await assert.rejects(getJson("/", answer(403, "<h1>Forbidden</h1>", "text/html")), { status: 403, message: /Reload the page/ });
  await assert.rejects(getJson("/", answer(502, "<h1>Bad gateway</h1>", "text/html")), { status: 502, message: /our fault/ });
  await assert.rejects(getJson("/", answer(418, "", "text/plain")), { message: "The server refused (418)." });
});

test("a page where JSON was expected is an error, even with 200", async () => {
  await assert.rejects(getJson("/", answer(200, "<p>Sign in</p>", "text/html")), /not with what this page understands/);
});

test("JSON is returned", async () => {
  assert.deepEqual(await getJson("/", answer(200, '{"state": "passed"}')), { state: "passed" });
});
