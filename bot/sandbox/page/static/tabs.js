// Tabs by the ARIA pattern: arrows choose, Tab goes on into the panel.

import { freshId, h } from "./dom.js";

/** `items` are `{name, label, panel, onShow}`; `show(name)` chooses, `onChange(name)` is told. */
export class Tabs {
  constructor(label, items, onChange = () => {}) {
    this.items = items.map((item) => ({ ...item, id: freshId("tab") }));
    this.onChange = onChange;
    this.buttons = this.items.map((item) => this.#button(item));
    this.list = h("div.tabs", { role: "tablist", "aria-label": label, onkeydown: (event) => this.#walk(event) }, this.buttons);
    for (const { panel, id } of this.items) {
      panel.id ||= `${id}-panel`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", id);
    }
  }

  show(name) {
    this.current = name;
    this.items.forEach((item, place) => {
      const isChosen = item.name === name;
      this.buttons[place].setAttribute("aria-selected", String(isChosen));
      this.buttons[place].tabIndex = isChosen ? 0 : -1;
      item.panel.hidden = !isChosen;
      if (isChosen) item.onShow?.();
    });
    this.onChange(name);
  }

  #button(item) {
    return h("button.tab", { type: "button", role: "tab", id: item.id, "aria-controls": item.panel.id || `${item.id}-panel`, onclick: () => this.show(item.name) }, item.label);
  }

  #walk(event) {
    const at = this.buttons.indexOf(document.activeElement);
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    if (at < 0 || !(event.key in steps)) return;
    event.preventDefault();
    const next = this.buttons.at(steps[event.key] % this.buttons.length);
    next.focus();
    this.show(this.items[this.buttons.indexOf(next)].name);
  }
}
