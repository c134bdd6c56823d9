/* The same request once more: as a command for a shell, or edited and sent from here. */
import { curlOf, draftOf, needsToken, readDraft } from "./curl.js";
import { disclosure, el } from "./format.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
let fields = 0; // labels need ids

export function requestTools(trace, tools) {
  if (["WEBSOCKET", "TASK"].includes(trace.request.method)) return null;
  const curl = disclosure("Copy as curl", () => curlNodes(curlOf(trace, tools.origin), tools.curlNote), {}, { again: true });
  const again = tools.resend ? disclosure("Edit and resend", () => resendForm(trace, tools)) : null;
  return el("div", { class: "xray-tools" }, el("div", { class: "xray-notes" }, curl.button, again?.button), curl.place, again?.place);
}

async function curlNodes({ command, notes }, note) {
  const text = el("pre", { class: "xray-text", tabindex: "0", role: "region", "aria-label": "The request as a curl command" }, command);
  const copied = await copy(command);
  return [
    text,
    el("p", { class: "xray-value", role: "status" }, copied ? "Copied." : "Select it and copy it: this browser does not let a page do so."),
    ...[...notes, note].filter(Boolean).map((words) => el("p", { class: "xray-value" }, words)),
  ];
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or no secure context: the text stands there to be selected
  }
}

function resendForm(trace, tools) {
  const draft = draftOf(trace);
  const method = el("select", {}, METHODS.map((name) => el("option", { selected: name === draft.method }, name)));
  const path = el("input", { type: "text", value: draft.path, spellcheck: "false", autocapitalize: "off" });
  const headers = area(draft.headers, 3);
  const body = area(draft.body, 4);
  const token = el("input", { type: "checkbox", checked: true });
  const tokenRow = el("label", { class: "xray-check" }, token, "with a CSRF token that is valid now");
  const told = el("p", { class: "xray-value", role: "status" });
  const send = el("button", { type: "submit", class: "xray-button" }, "Send");
  const form = el(
    "form",
    { class: "xray-form", "aria-label": "Edit and resend" },
    field("Method", method),
    field("Path", path),
    field("Headers", headers),
    field("Body", body),
    tools.csrfToken ? tokenRow : null,
    el("div", { class: "xray-notes" }, send, told),
  );
  const showToken = () => (tokenRow.hidden = !needsToken(method.value));
  method.addEventListener("change", showToken);
  showToken();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told.textContent = "";
    try {
      const request = readDraft({ method: method.value, path: path.value, headers: headers.value, body: body.value });
      await tools.resend(trace, { ...request, withToken: token.checked && needsToken(request.method) });
      told.textContent = "Sent. It stands above, as a request of its own.";
    } catch (error) {
      told.textContent = error.message;
    }
  });
  return form;
}

function area(text, rows) {
  const element = el("textarea", { rows, spellcheck: "false", autocapitalize: "off" });
  element.value = text;
  return element;
}

function field(label, control) {
  fields += 1;
  control.id = `xray-field-${fields}`;
  return el("div", { class: "xray-field" }, el("label", { for: control.id }, label), control);
}
