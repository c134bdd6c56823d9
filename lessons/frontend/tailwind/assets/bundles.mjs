export default [
  {
    entry: "assets/engine.mjs",
    to: "demo/engine/tailwind.js",
    format: "iife",
    loader: { ".css": "text" },
    copies: { "demo/engine/LICENSE-tailwindcss.txt": "node_modules/tailwindcss/LICENSE" },
  },
];
