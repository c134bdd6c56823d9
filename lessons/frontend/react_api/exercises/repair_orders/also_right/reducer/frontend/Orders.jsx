import React, { useEffect, useReducer, useState } from "react";
import * as api from "./api.js";

function reduce(state, action) {
  switch (action.type) {
    case "page":
      return { ...state, orders: action.first ? action.results : [...state.orders, ...action.results], next: action.next };
    case "done":
      return { ...state, orders: state.orders.map((o) => (o.id === action.id ? { ...o, done: action.done } : o)) };
    default:
      return { ...state, problem: action.text };
  }
}

export default function Orders() {
  const [{ orders, next, problem }, dispatch] = useReducer(reduce, { orders: [], next: null, problem: null });
  const [open, setOpen] = useState(new Set());

  function load(address, first) {
    return api
      .getPage(address)
      .then((page) => dispatch({ type: "page", first, ...page }))
      .catch((error) => dispatch({ type: "problem", text: String(error) }));
  }

  useEffect(() => void load("/api/orders/", true), []);

  function toggle({ id, done, customer }) {
    dispatch({ type: "done", id, done: !done });
    api.saveDone(id, !done).catch(() => {
      dispatch({ type: "done", id, done });
      dispatch({ type: "problem", text: `${customer}: try again.` });
    });
  }

  function show(id) {
    const other = new Set(open);
    if (!other.delete(id)) other.add(id);
    setOpen(other);
  }

  return (
    <>
      {problem ? <div role="alert">{problem}</div> : null}
      <ol>
        {orders.map((order) => (
          <React.Fragment key={order.id}>
            <li data-order={order.id}>
              <button aria-label={"Done: " + order.customer} aria-pressed={order.done} onClick={() => toggle(order)}>
                {order.done ? "Done" : "To do"}
              </button>
              <button aria-label={"Show: " + order.customer} aria-expanded={open.has(order.id)} onClick={() => show(order.id)}>
                {order.customer}
              </button>
              {open.has(order.id) && <p>{order.what}</p>}
            </li>
          </React.Fragment>
        ))}
      </ol>
      {next && <button onClick={() => load(next, false)}>More</button>}
      <button onClick={() => load("/api/orders/", true)}>Reload</button>
    </>
  );
}
