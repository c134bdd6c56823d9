import { createRoot } from "react-dom/client";
import { Board } from "./board.jsx";

// region: start
const start = JSON.parse(document.getElementById("start").textContent);
createRoot(document.getElementById("board")).render(<Board start={start} />);
// endregion: start
