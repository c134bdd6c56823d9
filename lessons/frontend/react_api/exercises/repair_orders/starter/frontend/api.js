/** A page of orders: { results, next }. */
export async function getPage(address) {
  const response = await fetch(address);
  return response.json();
}

/** Says whether an order is done. */
export async function saveDone(id, done) {
  const response = await fetch(`/api/orders/${id}/done/`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ done }),
  });
  return response;
}
