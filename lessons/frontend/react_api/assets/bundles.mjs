const react = {
  jsx: "automatic",
  format: "iife",
  copies: { "demo/static/react_api/LICENSE-react.txt": "node_modules/react/LICENSE" },
};

export default [
  { ...react, entry: "demo/frontend/board.main.jsx", to: "demo/static/react_api/board.js" },
  { ...react, entry: "demo/frontend/search.main.jsx", to: "demo/static/react_api/search.js" },
];
