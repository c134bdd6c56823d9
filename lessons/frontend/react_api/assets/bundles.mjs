const react = {
  jsx: "automatic",
  format: "iife",
  copies: { "demo/static/react_api/LICENSE-react.txt": "node_modules/react/LICENSE" },
};

const WORKBENCH = "exercises/repair_orders/starter/workbench";

export default [
  { ...react, entry: "demo/frontend/board.main.jsx", to: "demo/static/react_api/board.js" },
  { ...react, entry: "demo/frontend/search.main.jsx", to: "demo/static/react_api/search.js" },
  // What an exercise runs a learner's component with, in QuickJS. Two files, as one may have 256 kB.
  {
    entry: "assets/workbench.mjs",
    to: `${WORKBENCH}/react.js`,
    format: "iife",
    copies: { [`${WORKBENCH}/LICENSE-react.txt`]: "node_modules/react/LICENSE" },
  },
  {
    entry: "assets/jsx.mjs",
    to: `${WORKBENCH}/jsx.js`,
    format: "iife",
    copies: { [`${WORKBENCH}/LICENSE-sucrase.txt`]: "node_modules/sucrase/LICENSE" },
  },
];
