// A text field with a list of options below it: selects of one and of several, with type-ahead.

import { freshId, h } from "./dom.js";
import { closeOutside, hide, showBy } from "./popup.js";

const PAUSE_MS = 200;

/**
 * `find(text)` gives groups `[{label, options}]` or a promise of them; an option is a Block Kit
 * option object. `selected` is a list, of at most one option unless `isMultiple`.
 */
export class Combobox {
  #chosen;
  #options = [];
  #active = -1;
  #release = () => {};
  #asked = 0;
  #timer = null;

  constructor({ id, attributes, find, selected, isMultiple, most, placeholder, onChange }) {
    Object.assign(this, { find, isMultiple, most: most ?? Infinity, onChange });
    this.#chosen = selected;
    this.list = h("div.options", { role: "listbox", id: freshId("options"), popover: "manual", "aria-label": "Options" });
    this.input = h("input.field", {
      id, type: "text", role: "combobox", autocomplete: "off", dir: "auto", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": this.list.id, placeholder: placeholder || "Choose or type to search",
      ...attributes,
    });
    this.chips = h("div.chips", { role: "list", "aria-label": "Chosen" });
    this.node = h("div.combobox", {}, isMultiple && this.chips, this.input, this.list);
    this.#listen();
    this.#showChosen();
  }

  #listen() {
    this.input.addEventListener("click", () => this.#open(""));
    this.input.addEventListener("input", () => this.#open(this.input.value));
    this.input.addEventListener("keydown", (event) => this.#press(event));
    this.input.addEventListener("blur", () => this.#leave());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  #open(text) {
    clearTimeout(this.#timer);
    this.#asked += 1;
    const asked = this.#asked;
    const found = this.find(text, (wait) => new Promise((go) => (this.#timer = setTimeout(go, wait))), PAUSE_MS);
    if (!(found instanceof Promise)) {
      this.#fill(found);
      return;
    }
    this.#say("Searching…");
    found.then((groups) => asked === this.#asked && this.#fill(groups));
  }

  #fill(groups) {
    this.#options = [];
    const nodes = groups.filter((group) => group.options.length).map((group) => this.#group(group));
    this.#active = this.#options.findIndex(({ option }) => this.#holds(option));
    if (this.#active < 0 && this.input.value) this.#active = 0;
    if (!nodes.length) this.#say("No matches");
    else this.#show(...nodes);
    this.#mark();
  }

  #group({ label, options }) {
    const nodes = options.map((option) => this.#option(option));
    if (!label) return h("div", { role: "presentation" }, nodes);
    const id = freshId("group");
    return h("div", { role: "group", "aria-labelledby": id }, h("div.group", { id, role: "presentation" }, label), nodes);
  }

  #option(option) {
    const node = h(
      "div.option",
      { role: "option", id: freshId("option"), "aria-selected": String(this.#holds(option)), dir: "auto", onclick: () => this.#choose(option) },
      h("span", {}, option.text.text),
      option.description && h("span.note", {}, option.description.text),
    );
    this.#options.push({ node, option });
    return node;
  }

  #say(text) {
    this.#options = [];
    this.#show(h("div.option.nothing", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, text));
  }

  #show(...nodes) {
    this.list.replaceChildren(...nodes);
    this.input.setAttribute("aria-expanded", "true");
    showBy(this.list, this.input, { isWide: true });
    this.#release();
    this.#release = closeOutside(this.list, this.input, () => this.#close(), { isWide: true });
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#release();
    this.#release = () => {};
    hide(this.list);
    this.#options = [];
    this.#active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  #press(event) {
    const isOpen = this.input.getAttribute("aria-expanded") === "true";
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      if (!isOpen) this.#open("");
      else this.#step(steps[event.key]);
    } else if (event.key === "Enter" && isOpen) {
      event.preventDefault();
      const active = this.#options[this.#active];
      if (active) this.#choose(active.option);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
      this.#showChosen();
    } else if (event.key === "Backspace" && this.isMultiple && !this.input.value && this.#chosen.length) {
      this.#set(this.#chosen.slice(0, -1));
    }
  }

  #step(by) {
    if (!this.#options.length) return;
    this.#active = (Math.max(this.#active, by < 0 ? 0 : -1) + by + this.#options.length) % this.#options.length;
    this.#mark();
  }

  #mark() {
    this.#options.forEach(({ node }, place) => node.classList.toggle("active", place === this.#active));
    const active = this.#options[this.#active]?.node;
    if (!active) return this.input.removeAttribute("aria-activedescendant");
    active.scrollIntoView({ block: "nearest" });
    return this.input.setAttribute("aria-activedescendant", active.id);
  }

  #choose(option) {
    this.#close();
    if (!this.isMultiple) this.#set([option]);
    else if (this.#holds(option)) this.#set(this.#chosen.filter((one) => one.value !== option.value));
    else if (this.#chosen.length < this.most) this.#set([...this.#chosen, option]);
    else this.#showChosen();
    this.input.focus();
  }

  #leave() {
    const wasCleared = !this.isMultiple && !this.input.value && this.#chosen.length > 0;
    this.#close();
    if (wasCleared) this.#set([]);
    else this.#showChosen();
  }

  #set(chosen) {
    this.#chosen = chosen;
    this.#showChosen();
    this.onChange(chosen);
  }

  #holds(option) {
    return this.#chosen.some((one) => one.value === option.value);
  }

  #showChosen() {
    if (!this.isMultiple) {
      this.input.value = this.#chosen[0]?.text.text ?? "";
      return;
    }
    this.input.value = "";
    this.chips.hidden = !this.#chosen.length;
    this.chips.replaceChildren(...this.#chosen.map((option) => this.#chip(option)));
  }

  #chip(option) {
    const text = option.text.text;
    const remove = () => {
      this.#set(this.#chosen.filter((one) => one !== option));
      this.input.focus();
    };
    const button = h("button.icon", { type: "button", "aria-label": `Remove ${text}`, onclick: remove }, "×");
    return h("span.chip", { role: "listitem", dir: "auto" }, text, button);
  }
}
