// The stack of modals that a person has open; the one on top is on the screen.

import { blocks } from "./block_kit.js";
import { show } from "./dialog.js";
import { freshId, h, refill } from "./dom.js";
import { Form, showErrors } from "./form.js";

export class Modals {
  #state;
  #act;
  #close = null;
  #shown = null;
  #forms = new Map();

  constructor(state, act) {
    this.#state = state;
    this.#act = act;
    const titleId = freshId("title");
    this.title = h("h2.dialog-title", { id: titleId, dir: "auto" });
    this.notice = h("p.notice", { role: "alert" });
    this.body = h("div.dialog-body");
    this.buttons = h("div.dialog-buttons");
    this.form = h("form.dialog-form", { novalidate: true, onsubmit: (event) => this.#submit(event) }, this.head(), this.notice, this.body, this.buttons);
    this.dialog = h("dialog.dialog.modal", { "aria-labelledby": titleId }, this.form);
    state.on("views", () => this.#look());
  }

  head() {
    this.depth = h("span.note");
    const close = h("button.icon", { type: "button", "aria-label": "Close", "data-key": "close", onclick: () => this.#leave() }, "×");
    return h("header.dialog-head", {}, this.title, this.depth, close);
  }

  #look() {
    const { views } = this.#state;
    this.#forgetClosed(views);
    const top = views.at(-1) ?? null;
    const before = this.#shown;
    this.#shown = top;
    if (!top) return this.#hide();
    const isNew = before?.id !== top.id || before?.hash !== top.hash;
    if (isNew) this.#draw(top, views.length);
    const isOpening = !this.#close;
    if (isOpening) this.#close = show(this.dialog, () => this.#leave());
    if (isOpening || before?.id !== top.id) this.#focusFirst();
    return this.#annotate(top, before);
  }

  #draw(view, depth) {
    this.dialog.dataset.callback = view.callback_id;
    this.title.textContent = view.title;
    this.depth.textContent = depth > 1 ? `${depth} of ${depth}` : "";
    const form = this.#formOf(view);
    const scene = { place: this.#state, act: this.#act, surface: { view: view.id }, values: view.values, form };
    refill(this.body, blocks(view.blocks, scene));
    this.body.scrollTop = 0;
    const close = h("button.button", { type: "button", "data-key": "cancel", onclick: () => this.#leave() }, view.close || "Close");
    const submit = view.submit && h("button.button.primary", { type: "submit", "data-key": "submit" }, view.submit);
    refill(this.buttons, close, submit);
  }

  #annotate(view, before) {
    this.notice.textContent = view.notice ?? "";
    this.notice.hidden = !view.notice;
    const first = showErrors(this.body, view.errors ?? {});
    if (first && before?.errors !== view.errors) first.focus();
  }

  #focusFirst() {
    const wanted = this.body.querySelector("[data-focus]") ?? this.body.querySelector("[aria-required]");
    (wanted ?? this.buttons.querySelector("[type=submit]") ?? this.buttons.querySelector("button")).focus();
  }

  async #submit(event) {
    event.preventDefault();
    const view = this.#shown;
    const button = this.buttons.querySelector("[type=submit]");
    if (!view || button?.getAttribute("aria-busy") === "true") return;
    button?.setAttribute("aria-busy", "true");
    const answer = await this.#act("submit", { view_id: view.id, values: this.#formOf(view).values(view.blocks) }, { isQuiet: true });
    button?.removeAttribute("aria-busy");
    const isStillThere = this.#shown?.id === view.id;
    if (!answer.ok && isStillThere && !Object.keys(this.#shown.errors ?? {}).length) {
      this.notice.textContent = answer.error;
      this.notice.hidden = false;
    }
  }

  #leave() {
    if (this.#shown) this.#act("close", { view_id: this.#shown.id });
  }

  #hide() {
    this.#close?.();
    this.#close = null;
    this.body.replaceChildren();
  }

  #formOf(view) {
    if (!this.#forms.has(view.id)) this.#forms.set(view.id, { form: new Form(view.id), of: this.#state.person.id });
    return this.#forms.get(view.id).form;
  }

  #forgetClosed(views) {
    const open = new Set(views.map((view) => view.id));
    for (const [id, { form, of }] of this.#forms) {
      if (open.has(id) || of !== this.#state.person.id) continue;
      form.forget();
      this.#forms.delete(id);
    }
  }
}
