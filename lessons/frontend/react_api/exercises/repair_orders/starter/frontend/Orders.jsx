import { useEffect, useState } from "react";
import { getPage, saveDone } from "./api.js";

export default function Orders() {
  const [orders, setOrders] = useState([]);
  const [next, setNext] = useState(null);
  const [problem, setProblem] = useState("");

  async function load(address) {
    const page = await getPage(address);
    setOrders(page.results);
    setNext(page.next);
  }

  useEffect(() => {
    load("/api/orders/");
  }, []);

  async function toggle(order) {
    const changed = { ...order, done: !order.done };
    setOrders(orders.map((other) => (other.id === order.id ? changed : other)));
    try {
      await saveDone(order.id, changed.done);
      setOrders(orders.map((other) => (other.id === order.id ? changed : other)));
    } catch {
      setProblem(`${order.customer}'s order was not saved.`);
    }
  }

  return (
    <main>
      <h1>Orders</h1>
      {problem && <p role="alert">{problem}</p>}
      <ul>
        {orders.map((order, index) => (
          <Order key={index} order={order} toggle={toggle} />
        ))}
      </ul>
      {next && <button onClick={() => load(next)}>More</button>}
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
