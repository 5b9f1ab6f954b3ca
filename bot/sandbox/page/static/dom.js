// Makes elements; text from outside only ever becomes text nodes.

/** `h("button.primary", {type: "button", onclick: f}, "Send")`; null and false leave an attribute out. */
export function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) set(element, key, value);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key === "value") element.value = value;
  else if (key === "class") element.classList.add(...value.split(" ").filter(Boolean));
  else element.setAttribute(key, value === true ? "" : value);
}

let made = 0;

/** An id that no other element of the page has. */
export function freshId(prefix) {
  made += 1;
  return `${prefix}-${made}`;
}

/** Change what is inside without losing the focus: it returns to the control of the same data-key. */
export function refill(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.closest("[data-key]")?.dataset.key;
  element.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (focused && !focused.isConnected && key) byKey(element, key)?.focus();
}

export function byKey(root, key) {
  return [...root.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key);
}

/** What a screen reader is told, and nobody sees. */
export function unseen(text) {
  return h("span.unseen", {}, text);
}

export function clock(seconds, withSeconds = false) {
  const options = { hour: "2-digit", minute: "2-digit", ...(withSeconds && { second: "2-digit" }) };
  return new Date(seconds * 1000).toLocaleTimeString([], { hourCycle: "h23", ...options });
}

export function count(number, thing) {
  return `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
}
