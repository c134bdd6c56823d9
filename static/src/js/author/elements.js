/** An element. Names that begin with `on` are listeners, true and false set a property, null leaves it out. */
export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) {
      element.addEventListener(key.slice(2), value);
    } else if (typeof value === "boolean") {
      element[key] = value;
    } else if (value !== null) {
      element.setAttribute(key, value);
    }
  }
  element.append(...children);
  return element;
}
