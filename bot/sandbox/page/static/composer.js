// The message box: text, commands, files and the ⚡ shortcuts.

import { h, refill } from "./dom.js";
import { fileItem, uploaded } from "./file_field.js";
import { menuButton } from "./menu.js";
import { Palette } from "./palette.js";

export class Composer {
  #state;
  #act;
  #channel = null;
  #files = [];
  #field = h("textarea", { id: "composer-text", rows: 1, dir: "auto", "aria-describedby": "composer-hint" });
  #chips = h("ul.files", { "aria-label": "Files to send" });
  #hint = h("p.hint", { id: "composer-hint" });
  #note = h("p.composer-note");
  #box;

  constructor(state, act) {
    this.#state = state;
    this.#act = act;
    this.palette = new Palette(this.#field, () => state.commands, (command) => this.fill(`${command.command} `));
    this.#box = this.#makeBox();
    this.node = h("div.composer", {}, this.#note, this.#box, this.#hint);
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#press(event));
    this.#field.addEventListener("blur", () => this.palette.close());
    this.#field.addEventListener("focus", () => this.palette.offer(this.#field.value));
  }

  /** For a channel; `note` says why nobody can write here, when that is so. */
  show(channel, name, note) {
    this.#keepDraft();
    this.#channel = channel;
    this.#note.textContent = note ?? "";
    this.#note.hidden = !note;
    this.#box.hidden = Boolean(note);
    this.#field.placeholder = `Message ${name}, or / for a command`;
    this.#field.setAttribute("aria-label", `Message ${name}`);
    this.#field.value = sessionStorage.getItem(this.#draftKey()) ?? "";
    this.#setFiles([]);
    this.#typed();
    this.palette.close();
  }

  focus() {
    this.#field.focus();
  }

  /** Put a text into the box, the cursor behind it. */
  fill(text) {
    this.#field.value = text;
    this.#field.focus();
    this.#field.setSelectionRange(text.length, text.length);
    this.#typed();
  }

  #makeBox() {
    const picker = h("input", { type: "file", multiple: true, hidden: true, "aria-label": "Choose files to attach" });
    picker.addEventListener("change", async () => {
      this.#setFiles([...this.#files, ...(await uploaded([...picker.files], this.#act))]);
      picker.value = "";
      this.focus();
    });
    const shortcuts = () =>
      this.#state.shortcuts
        .filter(({ type }) => type === "global")
        .map(({ name, description, callback_id }) => ({ label: name, note: description, run: () => this.#act("global_shortcut", { callback_id }) }));
    return h(
      "form.composer-box",
      { onsubmit: (event) => this.#send(event) },
      this.#field,
      this.palette.list,
      this.#chips,
      h(
        "div.composer-tools",
        {},
        menuButton("button.icon", { "aria-label": "Shortcuts", title: "Shortcuts" }, shortcuts, "⚡"),
        h("button.icon", { type: "button", "aria-label": "Attach files", title: "Attach files", onclick: () => picker.click() }, "+"),
        picker,
        h("button.button.primary.send", { type: "submit" }, "Send"),
      ),
    );
  }

  #typed() {
    const { value } = this.#field;
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, 200)}px`;
    this.palette.offer(value);
    const command = this.#state.commands.find((one) => value.startsWith(`${one.command} `));
    this.#hint.textContent = command ? `${command.command} ${command.usage_hint ?? ""}` : "Enter sends, Shift+Enter starts a new line";
    this.#keepDraft();
  }

  #press(event) {
    if (event.isComposing || this.palette.press(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send(event);
    } else if (event.key === "ArrowUp" && !this.#field.value) {
      event.preventDefault();
      [...document.querySelectorAll(".message-list > .message")].at(-1)?.focus();
    }
  }

  async #send(event) {
    event.preventDefault();
    const text = this.#field.value;
    const files = this.#files.map((file) => file.id);
    if (!text.trim() && !files.length) return;
    const channel = this.#channel;
    this.fill("");
    this.#setFiles([]);
    const answer = await this.#act("say", { channel, text, files });
    if (!answer.ok && !this.#field.value && channel === this.#channel) this.fill(text);
  }

  #setFiles(files) {
    this.#files = files;
    const remove = (file) => () => {
      this.#setFiles(this.#files.filter((one) => one !== file));
      this.focus();
    };
    refill(this.#chips, files.map((file) => fileItem(file, remove(file))));
    this.#chips.hidden = !files.length;
  }

  #draftKey() {
    return `draft ${this.#state.person?.id} ${this.#channel}`;
  }

  #keepDraft() {
    if (!this.#channel) return;
    if (this.#field.value) sessionStorage.setItem(this.#draftKey(), this.#field.value);
    else sessionStorage.removeItem(this.#draftKey());
  }
}
