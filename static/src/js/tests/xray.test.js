import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { curlOf, draftOf, MASK, needsToken, readDraft } from "../../../../sandbox/xray/static/xray/curl.js";
import { filterWords, findsQuery, matches, parseFilter } from "../../../../sandbox/xray/static/xray/filter.js";

// The course tests its own reading of filters with the same file.
const examples = JSON.parse(readFileSync(new URL("xray-filters.json", import.meta.url), "utf8"));

function traceOf({ request = {}, ...more } = {}) {
  return {
    id: "a",
    request: { method: "GET", path: "/yard/", query: "", headers: [], cookies: {}, form: null, body: null, ...request },
    response: { status: 200 },
    url_name: "castles",
    queries: [],
    templates: [],
    session: { key_before: null, key_after: null, added: {}, changed: {}, removed: {} },
    cookies: [],
    mail: [],
    messages: [],
    tasks: [],
    frames: [],
    exception: null,
    ...more,
  };
}

const query = (sql, fingerprint = sql) => ({ sql, fingerprint });
const holds = (trace, filter) => matches(traceOf(trace), parseFilter(filter));

for (const filter of examples.good) {
  test(`${filter} is a filter, and says in words what it is`, () => {
    const conditions = parseFilter(filter);
    assert.ok(filterWords(conditions).length > 5);
    assert.equal(typeof matches(traceOf(), conditions), "boolean");
  });
}

for (const filter of examples.bad) {
  test(`${filter.slice(0, 30) || "nothing"} is no filter`, () => assert.throws(() => parseFilter(filter), Error));
}

test("what is not text is no filter", () => {
  for (const filter of [null, undefined, 3, {}, ["sql~a"]]) assert.throws(() => parseFilter(filter), Error);
});

test("method and status, exactly or by class", () => {
  assert.ok(holds({ request: { method: "POST" } }, "method=POST"));
  assert.ok(!holds({}, "method=POST"));
  assert.ok(holds({ response: { status: 404 } }, "status=4xx"));
  assert.ok(!holds({ response: { status: 404 } }, "status=403"));
});

test("addresses: whole, or a part with the query", () => {
  assert.ok(holds({}, "path=/yard/"));
  assert.ok(!holds({}, "path=/ya"));
  assert.ok(holds({ request: { query: "page=2" } }, "path~page%3D2"));
  assert.ok(holds({}, "name=castles"));
});

test("statements and templates, whatever the case", () => {
  const trace = { queries: [query('INSERT INTO "a"')], templates: [{ name: "yard/List.html" }] };
  assert.ok(holds(trace, "sql~insert%20into"));
  assert.ok(!holds(trace, "sql~SELECT"));
  assert.ok(holds(trace, "template~list"));
  assert.ok(findsQuery(trace.queries[0], parseFilter("sql~INSERT&method=POST")));
  assert.ok(!findsQuery(trace.queries[0], parseFilter("method=POST")));
});

test("what there is something of", () => {
  assert.ok(!holds({ queries: [query("BEGIN"), query("BEGIN")] }, "has=queries"));
  assert.ok(holds({ queries: [query("SELECT 1", "f"), query("SELECT 2", "f")] }, "has=alike"));
  assert.ok(!holds({ queries: [query("SELECT 1", "f")] }, "has=alike"));
  assert.ok(holds({ session: { key_before: "a", key_after: "b", added: {}, changed: {}, removed: {} } }, "has=session"));
  assert.ok(holds({ session: { key_before: "a", key_after: "a", added: { n: 1 }, changed: {}, removed: {} } }, "has=session"));
  assert.ok(!holds({}, "has=session"));
  assert.ok(holds({ exception: {} }, "has=exception"));
  assert.ok(holds({ aborted: true }, "has=aborted"));
  assert.ok(holds({ mail: [{}] }, "has=mail"));
});

test("all conditions have to hold", () => {
  const trace = { request: { method: "POST" }, response: { status: 302 } };
  assert.ok(holds(trace, "method=POST&status=3xx"));
  assert.ok(!holds(trace, "method=POST&status=200"));
});

test("a page as a curl command: nothing of the browser but what the app could see a difference by", () => {
  const headers = [["host", "h"], ["accept", "text/html"], ["sec-fetch-mode", "navigate"], ["user-agent", "x"], ["cookie", "a=1"]];
  const { command, notes } = curlOf(traceOf({ request: { path: "/söder/", query: "q=1", headers, cookies: { a: "1" } } }), "http://demo");
  assert.equal(command, "curl 'http://demo/s%C3%B6der/?q=1' \\\n  --header 'accept: text/html' \\\n  --cookie 'a=1'");
  assert.deepEqual(notes, []);
});

test("a form as a curl command, quoted for a shell", () => {
  const form = { name: ["O'Neill"], password: [MASK] };
  const { command, notes } = curlOf(traceOf({ request: { method: "POST", form } }), "http://demo");
  assert.ok(command.includes(`--data-urlencode 'name=O'\\''Neill'`));
  assert.ok(!command.includes("--request"));
  assert.equal(notes.length, 1);
});

test("files and other methods", () => {
  const request = { method: "PUT", form: { a: ["1"], f: ["(a file: x.png, 3 bytes)"] }, headers: [["content-type", "multipart/form-data; boundary=x"]] };
  const { command, notes } = curlOf(traceOf({ request }), "");
  assert.ok(command.startsWith("curl --request PUT"));
  assert.ok(command.includes("--form-string 'a=1'") && !command.includes("boundary"));
  assert.match(notes[0], /f was a file/);
  assert.ok(curlOf(traceOf({ request: { method: "HEAD" } }), "").command.startsWith("curl --head"));
});

test("a draft has what a page may send, and no old token", () => {
  const headers = [["host", "h"], ["origin", "o"], ["content-type", "multipart/form-data; boundary=x"], ["accept", "*/*"], ["x-csrftoken", "old"]];
  const form = { csrfmiddlewaretoken: ["old"], "a b": ["1&2"], password: [MASK] };
  const draft = draftOf(traceOf({ request: { method: "POST", headers, form, query: "n=1" } }));
  assert.deepEqual(draft, {
    method: "POST",
    path: "/yard/?n=1",
    headers: "content-type: application/x-www-form-urlencoded\naccept: */*",
    body: `a%20b=1%262&password=${MASK}`,
  });
});

test("what was written is read, and refused with a sentence", () => {
  const draft = { method: " put ", path: " /a/ ", headers: "X-A: b: c\n\n", body: "" };
  assert.deepEqual(readDraft(draft), { method: "PUT", path: "/a/", headers: [["x-a", "b: c"]], body: null });
  const refused = [{ method: "CONNECT" }, { method: "A B" }, { headers: "none" }, { headers: ": x" }, { headers: "Sec-A: b" }, { headers: "Host: b" }, { body: MASK }, { method: "GET", body: "x" }];
  for (const wrong of refused) assert.throws(() => readDraft({ ...draft, ...wrong }), /./);
});

test("only methods that change something need a token", () => {
  assert.deepEqual(["GET", "head", "POST", "DELETE"].map(needsToken), [false, false, true, true]);
});
