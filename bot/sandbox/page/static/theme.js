// Light or dark: as the system has it, unless the reader chose.

import { h } from "./dom.js";

const NAMES = { auto: "System", light: "Light", dark: "Dark" };

export function themeSwitch() {
  const kept = localStorage.getItem("theme");
  let theme = kept in NAMES ? kept : "auto";
  const button = h("button.button.theme", { type: "button", title: "Colours: as the system, light, dark" });
  const wear = () => {
    document.documentElement.dataset.theme = theme;
    button.textContent = `◐ ${NAMES[theme]}`;
    button.setAttribute("aria-label", `Colours: ${NAMES[theme]}`);
    localStorage.setItem("theme", theme);
  };
  button.addEventListener("click", () => {
    const names = Object.keys(NAMES);
    theme = names[(names.indexOf(theme) + 1) % names.length];
    wear();
  });
  wear();
  return button;
}
