import { startTransition, useEffect, useOptimistic, useState } from "react";
import { getPage, saveDone } from "./api";

const changed = (orders, { id, done }) => orders.map((order) => (order.id === id ? { ...order, done } : order));

export default function Orders() {
  const [orders, setOrders] = useState([]);
  const [shown, hope] = useOptimistic(orders, changed);
  const [next, setNext] = useState(null);
  const [problem, setProblem] = useState("");

  const load = async (address, merge) => {
    try {
      const page = await getPage(address);
      setOrders((known) => merge(known, page.results));
      setNext(page.next);
    } catch {
      setProblem("The orders could not be loaded.");
    }
  };

  useEffect(() => {
    load("/api/orders/", (_, results) => results);
  }, []);

  function toggle(order) {
    setProblem("");
    startTransition(async () => {
      const change = { id: order.id, done: !order.done };
      hope(change);
      try {
        await saveDone(change.id, change.done);
        startTransition(() => setOrders((known) => changed(known, change)));
      } catch {
        startTransition(() => setProblem(`Not saved: ${order.customer}`));
      }
    });
  }

  return (
    <section>
      <p role="alert">{problem}</p>
      {shown.map((order) => (
        <Order key={`order-${order.id}`} {...order} toggle={() => toggle(order)} />
      ))}
      {next !== null && (
        <button type="button" onClick={() => load(next, (known, results) => known.concat(results))}>
          More
        </button>
      )}
      <button type="button" onClick={() => load("/api/orders/", (_, results) => results)}>
        Reload
      </button>
    </section>
  );
}

function Order({ id, customer, what, done, toggle }) {
  const [open, setOpen] = useState(false);
  return (
    <article data-order={id}>
      <button aria-label={`Done: ${customer}`} aria-pressed={done ? "true" : "false"} onClick={toggle}>
        {done ? "Done" : "To do"}
      </button>
      <button aria-label={`Show: ${customer}`} aria-expanded={open} onClick={() => setOpen((known) => !known)}>
        {customer}
      </button>
      {open ? <p>{what}</p> : null}
    </article>
  );
}
