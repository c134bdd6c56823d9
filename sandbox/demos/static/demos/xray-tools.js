/* What the X-ray can do on the stage: ask the site about a recorded request, and send one again. */

export function xrayTools(browsers) {
  return {
    explain: async (trace, index) => (await ask(`xray/${trace.id}/queries/${index}/plan`)).plan,
    excerpt: (trace, kind, index) => ask(`xray/${trace.id}/${kind}/${index}/source`),
    curlNote: "The cookie that makes this database yours is left out: a shell without it is another visitor, with a database of its own.",
    csrfToken: true,
    async resend(trace, request) {
      const browser = browsers.find((candidate) => candidate.resolve(request.path) !== null);
      if (!browser) {
        throw new Error(`Requests go to this demo only: the path has to be one like ${trace.request.path}`);
      }
      const token = request.withToken ? browser.csrfToken() : null;
      if (request.withToken && !token) {
        throw new Error("There is no CSRF token: open a page of the app with a form in it, or send it without one.");
      }
      const headers = new Headers(request.headers);
      headers.set("X-Xray-Resend", trace.id);
      if (token) headers.set("X-CSRFToken", token);
      await send({ ...request, path: browser.resolve(request.path) }, headers);
    },
  };
}

async function send({ method, path, body }, headers) {
  try {
    // A redirect is an answer to be looked at here, and not followed.
    await fetch(path, { method, headers, body, redirect: "manual", credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new Error("The request could not be sent.");
  }
}

async function ask(path) {
  const response = await fetch(path).catch(() => null);
  if (response === null) throw new Error("The demo cannot be reached.");
  if (response.ok) return response.json();
  if (response.status === 409) throw new Error((await response.json()).error);
  throw new Error(response.status === 404 ? "This is not kept any more." : "The demo could not answer.");
}
