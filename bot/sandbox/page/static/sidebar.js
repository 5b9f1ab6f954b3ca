// Whom one acts as, and where one can go.

import { h, refill, unseen } from "./dom.js";
import { avatar } from "./message.js";

export class Sidebar {
  #state;
  #unread = new Set();
  #people = h("ul", { "aria-label": "Act as" });
  #channels = h("ul", { "aria-label": "Channels" });
  #app = h("ul", { "aria-label": "App" });

  /** `go(place)` shows a channel id or "home"; `become(person)` acts as somebody else. */
  constructor(state, { go, become, current }) {
    this.#state = state;
    Object.assign(this, { go, become, current });
    this.node = h(
      "nav.sidebar",
      { "aria-label": "Workspace" },
      h("h2", {}, "Act as"),
      this.#people,
      h("h2", {}, "Channels"),
      this.#channels,
      h("h2", {}, "Apps"),
      this.#app,
    );
    state.on("hello", () => this.draw());
    state.on("forget", () => this.#unread.clear());
    state.on("messages", (change) => this.#notice(change));
  }

  draw() {
    const channels = [...this.#state.channels.values()];
    this.#unread.delete(this.current());
    refill(this.#people, this.#state.people.map((person) => this.#person(person)));
    refill(this.#channels, channels.filter(({ kind }) => kind !== "im").map((channel) => this.#channel(channel)));
    const messages = channels.filter(({ kind }) => kind === "im").map(({ id }) => this.#entry(id, "✉", "Messages", "what the bot wrote to you alone"));
    refill(this.#app, this.#entry("home", "⌂", "prefetch-bot", "App Home"), messages);
  }

  #person(person) {
    const isMe = person.id === this.#state.person?.id;
    return h(
      "li",
      {},
      h(
        "button.entry.person",
        { type: "button", "aria-pressed": String(isMe), "data-key": person.id, onclick: () => isMe || this.become(person.id) },
        avatar(person.real_name, false),
        h("span.entry-words", {}, h("span", { dir: "auto" }, person.real_name), h("span.note", {}, person.note)),
      ),
    );
  }

  #channel(channel) {
    const marks = [
      channel.is_archived && "archived",
      !channel.is_archived && !channel.bot_is_member && "without the bot",
      !channel.is_member && "not a member",
    ].filter(Boolean);
    return this.#entry(channel.id, channel.kind === "private" ? "◇" : "#", channel.name, marks.join(", "));
  }

  #entry(id, sign, name, note) {
    const isHere = this.current() === id;
    const isUnread = this.#unread.has(id);
    return h(
      "li",
      {},
      h(
        isUnread ? "button.entry.unread" : "button.entry",
        { type: "button", "aria-current": isHere ? "page" : null, "data-key": id, onclick: () => this.go(id) },
        h("span.sign", { "aria-hidden": "true" }, sign),
        h("span.entry-words", {}, h("span", {}, name), note && h("span.note", {}, note)),
        isUnread && h("span.dot", {}, unseen("new messages")),
      ),
    );
  }

  #notice({ channel, changed, isFirst }) {
    const isNews = !isFirst && changed.some((message) => message.user !== this.#state.person?.id);
    if (!isNews || channel === this.current() || this.#unread.has(channel)) return;
    this.#unread.add(channel);
    this.draw();
  }
}
