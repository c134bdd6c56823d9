function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

/** The answer's JSON. fetch() takes a 403 and a 500 for answers; for us they are errors. */
async function read(response) {
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.json();
}

/** A page of orders: { results, next }. */
export async function getPage(address) {
  const response = await fetch(address);
  return response.ok ? response.json() : { results: [], next: null };
}

/** Says whether an order is done. Throws where that was not saved. */
export async function saveDone(id, done) {
  const response = await fetch(`/api/orders/${id}/done/`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify({ done }),
  });
  return read(response);
}
