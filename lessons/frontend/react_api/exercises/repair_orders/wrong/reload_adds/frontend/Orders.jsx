import { useEffect, useState } from "react";
import { getPage, saveDone } from "./api.js";

export default function Orders() {
  const [orders, setOrders] = useState([]);
  const [next, setNext] = useState(null);
  const [problem, setProblem] = useState("");

  async function load(address, keep = false) {
    try {
      const page = await getPage(address);
      setOrders((known) => ([...known, ...page.results]));
      setNext(page.next);
      setProblem("");
    } catch (error) {
      setProblem(`The orders did not come. ${error.message}`);
    }
  }

  useEffect(() => {
    load("/api/orders/");
  }, []);

  function setDone(id, done) {
    setOrders((known) => known.map((other) => (other.id === id ? { ...other, done } : other)));
  }

  async function toggle(order) {
    setProblem("");
    setDone(order.id, !order.done);
    try {
      await saveDone(order.id, !order.done);
    } catch {
      setDone(order.id, order.done);
      setProblem(`${order.customer}'s order was not saved.`);
    }
  }

  return (
    <main>
      <h1>Orders</h1>
      {problem && <p role="alert">{problem}</p>}
      <ul>
        {orders.map((order) => (
          <Order key={order.id} order={order} toggle={toggle} />
        ))}
      </ul>
      {next && <button onClick={() => load(next, true)}>More</button>}
      <button onClick={() => load("/api/orders/")}>Reload</button>
    </main>
  );
}

function Order({ order, toggle }) {
  const [open, setOpen] = useState(false);
  return (
    <li data-order={order.id}>
      <button aria-label={`Done: ${order.customer}`} aria-pressed={order.done} onClick={() => toggle(order)}>
        {order.done ? "Done" : "To do"}
      </button>
      <button aria-label={`Show: ${order.customer}`} aria-expanded={open} onClick={() => setOpen(!open)}>
        {order.customer}
      </button>
      {open && <p>{order.what}</p>}
    </li>
  );
}
