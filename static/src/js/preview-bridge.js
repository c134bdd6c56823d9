// Inside the mini browser's frame, before the page of the learner's project: clicks and forms are told to the workspace,
// which sends the requests. The frame has an origin of its own and its policy lets no other script run.
const tell = (message) => window.parent.postMessage(message, "*");

document.addEventListener("click", follow, true);
document.addEventListener("auxclick", follow, true);
document.addEventListener("submit", submit, true);
tell({ type: "preview:ready" });

function follow(event) {
  const link = event.target.closest?.("a[href], area[href]");
  const href = link?.getAttribute("href");
  if (!link || event.button > 1 || href.startsWith("#")) {
    return;
  }
  event.preventDefault();
  tell({ type: "preview:go", href });
}

async function submit(event) {
  event.preventDefault();
  const { target: form, submitter } = event;
  // getAttribute: a field called "action" or "method" would hide the form's own.
  const asked = (name) => submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
  const fields = [];
  const files = [];
  for (const [name, value] of new FormData(form, submitter)) {
    if (typeof value === "string") {
      fields.push([name, value]);
    } else {
      files.push({ name, filename: value.name, type: value.type, data: await base64(value) });
    }
  }
  tell({ type: "preview:submit", method: asked("method"), action: asked("action"), encoding: asked("enctype"), fields, files });
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (const byte of bytes) {
    text += String.fromCharCode(byte);
  }
  return btoa(text);
}
