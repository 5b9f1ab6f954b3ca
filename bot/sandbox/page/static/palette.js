// Slash commands below the message box: a listbox that the box itself drives.

import { freshId, h } from "./dom.js";
import { hide, showBy } from "./popup.js";

export class Palette {
  #options = [];
  #active = 0;

  constructor(field, commands, onChoose) {
    this.field = field;
    this.commands = commands;
    this.onChoose = onChoose;
    this.list = h("div.options.palette", { role: "listbox", id: freshId("commands"), popover: "manual", "aria-label": "Commands" });
    field.setAttribute("aria-haspopup", "listbox");
    field.setAttribute("aria-autocomplete", "list");
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  /** Offer what begins as the text does; nothing once a blank follows the command. */
  offer(text) {
    const found = text.startsWith("/") && !/\s/.test(text) ? this.commands().filter(({ command }) => command.startsWith(text)) : [];
    this.#options = found;
    if (!found.length) {
      this.close();
      return;
    }
    this.#active = Math.min(this.#active, found.length - 1);
    this.#draw();
    showBy(this.list, this.field, { isWide: true });
    this.field.setAttribute("aria-controls", this.list.id);
  }

  close() {
    hide(this.list);
    this.#active = 0;
    this.field.removeAttribute("aria-controls");
    this.field.removeAttribute("aria-activedescendant");
  }

  /** Whether the key was the palette's; Enter on a command that is typed in full sends it. */
  press(event) {
    if (!this.isOpen) return false;
    const chosen = this.#options[this.#active];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const by = event.key === "ArrowDown" ? 1 : this.#options.length - 1;
      this.#active = (this.#active + by) % this.#options.length;
      this.#draw();
    } else if (event.key === "Tab" || (event.key === "Enter" && chosen.command !== this.field.value)) {
      this.onChoose(chosen);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }

  #draw() {
    const nodes = this.#options.map((command, place) => {
      const isActive = place === this.#active;
      return h(
        isActive ? "div.option.active" : "div.option",
        { role: "option", id: `${this.list.id}-${place}`, "aria-selected": String(isActive), onclick: () => this.onChoose(command) },
        h("span", {}, h("strong", {}, command.command), " ", h("span.usage", {}, command.usage_hint ?? "")),
        h("span.note", {}, command.description),
      );
    });
    this.list.replaceChildren(...nodes);
    this.field.setAttribute("aria-activedescendant", nodes[this.#active].id);
  }
}
