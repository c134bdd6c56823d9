import { startTransition, useEffect, useOptimistic, useState } from "react";
import { request } from "./api.js";

const withCard = (cards, card) =>
  cards.some((other) => other.id === card.id)
    ? cards.map((other) => (other.id === card.id ? { ...other, ...card } : other))
    : [card, ...cards];

/** The board's cards, and what can be done with them. */
export function useBoard({ api, columns, token }) {
  const [cards, setCards] = useState([]); // what the server has said
  const [more, setMore] = useState({}); // the address of each column's next page, or null
  const [loaded, setLoaded] = useState(false); // each column's first page was answered
  const [notice, setNotice] = useState(null);

  // region: pages
  async function load(column, address = `${api}?column=${column}`) {
    try {
      const page = await request("GET", address);
      // Added to, not put in place of; and a card that is there already is not there twice.
      setCards((known) => [...known, ...page.results.filter((card) => !known.some((other) => other.id === card.id))]);
      setMore((addresses) => ({ ...addresses, [column]: page.next }));
    } catch (error) {
      setNotice({ kind: "bad", text: error.message });
    }
  }
  // endregion: pages

  useEffect(() => {
    Promise.all(columns.map(({ name }) => load(name))).then(() => setLoaded(true));
  }, []);

  // region: move
  const [shown, hope] = useOptimistic(cards, withCard);

  function move(card, column) {
    setNotice(null);
    startTransition(async () => {
      hope({ ...card, column, saving: true }); // until this function has ended, no longer
      try {
        const sent = { body: { column }, version: card.version, token };
        const saved = await request("PATCH", `${api}${card.id}/`, sent);
        startTransition(() => setCards((known) => withCard(known, saved)));
      } catch (error) {
        await recover(card, error);
      }
    });
  }
  // endregion: move

  // region: recover
  async function recover(card, error) {
    let truth = null;
    let text = `${card.bike}: ${error.message}`;
    if (error.status === 412) {
      truth = error.data;
      text = `${card.bike}: somebody else was faster. This is how it is now.`;
    } else if (error.status >= 500 || error.status === 0) {
      // Nobody knows whether it was written. Ask.
      truth = await request("GET", `${api}${card.id}/`).catch(() => null);
      const written = truth && truth.version !== card.version;
      text += written ? " It was written all the same." : " It is where it was.";
    }
    startTransition(() => {
      if (truth) setCards((known) => withCard(known, truth));
      setNotice({ kind: "bad", text });
    });
  }
  // endregion: recover

  // region: add
  /** For useActionState: the errors by field, or {}. */
  async function add(previous, form) {
    const values = Object.fromEntries(form);
    try {
      const card = await request("POST", api, { body: values, token });
      startTransition(() => setCards((known) => withCard(known, card)));
      return { values: {}, errors: {} };
    } catch (error) {
      return { values, errors: error.status === 400 ? error.data : { bike: [error.message] } };
    }
  }
  // endregion: add

  return { cards: shown, more, loaded, notice, load, move, add };
}
