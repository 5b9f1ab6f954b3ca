// A menu that a button opens: arrows, Home, End, first letters, Escape.

import { rememberFocus } from "./dialog.js";
import { freshId, h } from "./dom.js";
import { closeOutside, hide, showBy } from "./popup.js";

/** A button that opens a menu; `items()` gives `{label, note, run}`, made when it opens. */
export function menuButton(name, attributes, items, ...children) {
  const button = h(name, { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", ...attributes }, ...children);
  button.addEventListener("click", () => openMenu(button, items(), attributes["aria-label"]));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    openMenu(button, items(), attributes["aria-label"]);
  });
  return button;
}

export function openMenu(anchor, items, label) {
  document.querySelector(".menu")?.closeMenu();
  const menu = h("div.menu", { role: "menu", id: freshId("menu"), popover: "manual", "aria-label": label || "Menu" });
  anchor.focus();
  const giveBack = rememberFocus();
  let release = () => {};
  const close = (refocus = false) => {
    release();
    hide(menu);
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (refocus) giveBack();
  };
  menu.closeMenu = close;
  menu.append(...items.map((item) => menuItem(item, close)));
  menu.addEventListener("keydown", (event) => move(event, menu, close));
  (anchor.closest("dialog") ?? document.body).append(menu);
  anchor.setAttribute("aria-expanded", "true");
  showBy(menu, anchor);
  release = closeOutside(menu, anchor, close);
  menu.firstElementChild?.focus();
}

function menuItem({ label, note, run, isDanger }, close) {
  const choose = () => {
    close(true);
    run();
  };
  return h(
    isDanger ? "button.menu-item.danger" : "button.menu-item",
    { type: "button", role: "menuitem", tabindex: "-1", onclick: choose },
    h("span", { dir: "auto" }, label),
    note && h("span.note", { dir: "auto" }, note),
  );
}

function move(event, menu, close) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  if (event.key in steps) items.at(steps[event.key] % items.length)?.focus();
  else if (event.key === "Escape") close(true);
  else if (event.key === "Tab") close(true);
  else if (event.key.length === 1 && /\S/.test(event.key)) startingWith(event.key, items, at)?.focus();
  else return;
  if (event.key !== "Tab") event.preventDefault();
  event.stopPropagation();
}

function startingWith(letter, items, at) {
  const turned = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return turned.find((item) => item.textContent.toLowerCase().startsWith(letter.toLowerCase()));
}
