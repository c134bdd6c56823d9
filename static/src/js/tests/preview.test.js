import assert from "node:assert/strict";
import { test } from "node:test";
import { createPreview } from "../workspace/preview.js";

/** A server that has put away every project but the latest. */
function server() {
  const asked = [];
  let latest = 0;
  const post = async (url, data) => {
    if (url === "/p/") {
      latest += 1;
      return { preview: latest };
    }
    if (data.preview !== latest) {
      throw Object.assign(new Error("gone"), { status: 410 });
    }
    asked.push(data.source);
    return { value: data.source };
  };
  return { post, asked, forget: () => (latest += 1) };
}

const withImport = (source) => `import a; ${source}`;

test("imports run ahead of an entry only where its project is another than the last entry's", async () => {
  const { post, asked, forget } = server();
  let boots = 0;
  const preview = createPreview("/p/", post, () => (boots += 1));
  await preview.run({});
  assert.equal((await preview.evaluate("one", withImport)).again, false);
  assert.equal((await preview.evaluate("two", withImport)).again, false);
  forget();
  assert.equal((await preview.evaluate("three", withImport)).again, true);
  assert.equal((await preview.evaluate("four", withImport)).again, false);
  assert.deepEqual(asked, ["import a; one", "two", "import a; three", "four"]);
  assert.equal(boots, 2);
});
