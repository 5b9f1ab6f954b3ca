// Lists of what passed: newest first, each opened for its details when asked.

import { clock, h } from "./dom.js";

const SHOWN = 300;

/** A list that grows by `add(entries)`; `line(entry)` gives its summary, `detail(entry)` the rest. */
export class RecordList {
  #waiting = [];
  #isShown = false;
  #keys = new Map();

  constructor(empty, line, detail) {
    Object.assign(this, { line, detail });
    this.empty = h("p.empty", {}, empty);
    this.list = h("ol.records", { reversed: true });
    this.node = h("div.record-room", {}, this.empty, this.list);
  }

  add(entries) {
    this.#waiting.push(...entries);
    if (this.#waiting.length > SHOWN) this.#waiting = this.#waiting.slice(-SHOWN);
    if (this.#isShown) this.#draw();
  }

  clear() {
    this.#waiting = [];
    this.#keys.clear();
    this.list.replaceChildren();
    this.empty.hidden = false;
  }

  show() {
    this.#isShown = true;
    this.#draw();
  }

  hide() {
    this.#isShown = false;
  }

  /** Draw one again whose summary has changed. */
  renew(key) {
    const held = this.#keys.get(key);
    if (held) held.summary.replaceChildren(...this.line(held.entry));
  }

  #draw() {
    for (const entry of this.#waiting) this.#put(entry);
    this.#waiting = [];
    while (this.list.children.length > SHOWN) this.list.lastElementChild.remove();
    this.empty.hidden = this.list.children.length > 0;
  }

  #put(entry) {
    const summary = h("summary", {}, this.line(entry));
    const details = h("details", {}, summary);
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(...this.detail(entry));
    });
    this.list.prepend(h("li", {}, details));
    if (entry.key) this.#keys.set(entry.key, { entry, summary });
  }
}

export function when(seconds) {
  return h("time", {}, clock(seconds, true));
}

export function json(value) {
  return h("pre.json", { tabindex: "0", dir: "ltr" }, typeof value === "string" ? value : JSON.stringify(value, null, 2));
}

export function titled(title, node) {
  return [h("h4", {}, title), node];
}
