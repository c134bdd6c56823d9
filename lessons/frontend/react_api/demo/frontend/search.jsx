import { useEffect, useState } from "react";

/** What is found while one types. Without it, the page's own form does the same by a request for a page. */
export function Search({ search, asked }) {
  const [text, setText] = useState(asked);
  const [found, setFound] = useState(null);

  // region: effect
  useEffect(() => {
    if (!text.trim()) {
      setFound(null);
      return undefined;
    }
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const address = `${search}?q=${encodeURIComponent(text)}`;
        const response = await fetch(address, { signal: controller.signal });
        if (response.ok) setFound((await response.json()).cards);
      } catch (error) {
        if (error.name !== "AbortError") throw error;
      }
    }, 200);
    return () => {
      clearTimeout(timer);
      controller.abort(); // the answer to "re" must not come after the one to "red"
    };
  }, [text, search]);
  // endregion: effect

  return (
    <div className="search">
      <label htmlFor="q">Find a bicycle</label>
      <input id="q" type="search" value={text} onChange={({ target }) => setText(target.value)} />
      <ul aria-live="polite">
        {found?.map((card) => <li key={card.id}><b>{card.bike}</b> {card.in}</li>)}
        {found?.length === 0 && <li>Nothing of that kind.</li>}
      </ul>
    </div>
  );
}
