import { useActionState, useEffect, useState } from "react";
import { watchRequests } from "./api.js";
import { useBoard } from "./use-board.js";

export function Board({ start }) {
  const [token, setToken] = useState(true);
  const { cards, more, loaded, notice, load, move, add } = useBoard({ ...start, token });

  useEffect(() => {
    if (loaded) performance.mark("cards"); // of all columns: "Side by side" counts the requests until here
  }, [loaded]);

  return (
    <>
      <Switches start={start} token={token} setToken={setToken} />
      <p className={`notice ${notice?.kind ?? ""}`} role="status">{notice?.text}</p>
      <div className="columns">
        {start.columns.map(({ name, title }) => (
          <Column
            key={name}
            title={title}
            cards={cards.filter((card) => card.column === name)}
            more={more[name] && (() => load(name, more[name]))}
            drop={(id) => cards.filter((card) => card.id === id && card.column !== name).forEach((card) => move(card, name))}
          >
            {(card) => <Card key={card.id} card={card} columns={start.columns} move={move} />}
          </Column>
        ))}
      </div>
      <div className="two">
        <NewCard add={add} />
        <Wire />
      </div>
    </>
  );
}

function Column({ title, cards, more, drop, children }) {
  const dropped = (event) => {
    event.preventDefault();
    drop(Number(event.dataTransfer.getData("text/plain")));
  };
  return (
    <section className="column" aria-label={title} onDragOver={(event) => event.preventDefault()} onDrop={dropped}>
      <h2>{title}</h2>
      <ul className="cards">{[...cards].sort((a, b) => b.id - a.id).map(children)}</ul>
      {more && <button type="button" className="button quiet" onClick={more}>More of {title}</button>}
    </section>
  );
}

function Card({ card, columns, move }) {
  const at = columns.findIndex(({ name }) => name === card.column);
  const steps = [columns[at - 1], columns[at + 1]].filter(Boolean);
  return (
    <li
      className={card.saving ? "card saving" : "card"}
      draggable={!card.saving}
      onDragStart={(event) => event.dataTransfer.setData("text/plain", card.id)}
    >
      <b>{card.bike}</b>
      <span>{card.fault}</span>
      <span className="steps">
        <small>{card.saving ? "saving…" : `version ${card.version}`}</small>
        {steps.map(({ name, title }) => (
          <button key={name} type="button" disabled={card.saving} aria-label={`Move ${card.bike} to ${title}`} onClick={() => move(card, name)}>
            {columns.findIndex((column) => column.name === name) < at ? "←" : "→"}
          </button>
        ))}
      </span>
    </li>
  );
}

// region: NewCard
const FIELDS = { bike: "Bicycle", fault: "What is wrong with it" };

function NewCard({ add }) {
  const nothing = { values: {}, errors: {} };
  const [answer, action, pending] = useActionState(add, nothing);
  const { values, errors } = answer;
  return (
    <form className="panel" action={action}>
      <h2>A bicycle comes in</h2>
      {Object.entries(FIELDS).map(([name, label]) => (
        <p className="field" key={name}>
          <label htmlFor={name}>{label}</label>
          <input
            id={name}
            name={name}
            defaultValue={values[name]}
            aria-invalid={Boolean(errors[name])}
            aria-describedby={`${name}-error`}
          />
          <span className="error" id={`${name}-error`}>{errors[name]?.join(" ")}</span>
        </p>
      ))}
      <button className="button" disabled={pending}>
        {pending ? "Saving…" : "Take it in"}
      </button>
    </form>
  );
}
// endregion: NewCard

function Switches({ start, token, setToken }) {
  const [mood, setMood] = useState(start.mood);
  const change = async ({ target }) => {
    setMood(target.value);
    const sent = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
    await fetch(start.server, { method: "POST", headers: { "X-CSRFToken": sent }, body: new URLSearchParams({ mood: target.value }) });
  };
  return (
    <div className="switches">
      <label>
        Whoever writes: the server{" "}
        <select value={mood} onChange={change}>
          {start.moods.map(({ name, title }) => <option key={name} value={name}>{title}</option>)}
        </select>
      </label>
      <label>
        <input type="checkbox" checked={token} onChange={({ target }) => setToken(target.checked)} /> Send the CSRF token
      </label>
    </div>
  );
}

/** The last requests, as this page has seen them. */
function Wire() {
  const [lines, setLines] = useState([]);
  useEffect(() => watchRequests((line) => setLines((known) => [{ ...line, id: (known[0]?.id ?? 0) + 1 }, ...known].slice(0, 7))), []);
  return (
    <section className="panel" aria-label="Requests">
      <h2>On the wire</h2>
      <ul className="wire">
        {lines.map(({ id, method, path, status, ms }) => (
          <li key={id} className={status >= 400 || status === 0 ? "bad" : ""}>{method} {path.split("/api/")[1]} <b>{status || "–"}</b> {ms} ms</li>
        ))}
      </ul>
    </section>
  );
}
