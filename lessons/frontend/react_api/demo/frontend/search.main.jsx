import { createRoot } from "react-dom/client";
import { Search } from "./search.jsx";

// An island: the page is Django's, and this one element of it is React's.
const island = document.getElementById("search");
const start = JSON.parse(document.getElementById("start").textContent);
const asked = island.querySelector("input").value;
createRoot(island).render(<Search {...start} asked={asked} />);
