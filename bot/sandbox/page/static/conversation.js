// The messages of the channel on the screen: the newest few, older ones when asked for.

import { byKey, h } from "./dom.js";
import { fillRow, messageRow } from "./message.js";
import { isReply } from "./state.js";

const SHOWN = 200;
const SPARE = 100;
const NEAR_END = 80;

export class Conversation {
  #state;
  #room = null;
  #rows = new Map();
  #follows = true;
  #list = h("div.message-list", { role: "log", "aria-live": "polite", "aria-label": "Messages" });
  #older = h("button.link-button.older", { type: "button", onclick: () => this.#showOlder() }, "Show older messages");

  constructor(state, act) {
    this.#state = state;
    this.act = act;
    this.node = h("div.messages", { tabindex: "0", role: "region", "aria-label": "Conversation" }, this.#older, this.#list);
    this.node.addEventListener("keydown", (event) => this.#walk(event));
    this.node.addEventListener("scroll", () => (this.#follows = this.#isAtEnd()), { passive: true });
    // Rows get their true height only when they come into sight, and the box below grows.
    const grown = new ResizeObserver(() => this.#follows && this.#toEnd());
    grown.observe(this.#list);
    grown.observe(this.node);
    state.on("messages", (change) => change.channel === this.#room?.channel && this.#change(change));
  }

  show(channel, intro, canWrite) {
    this.#room = this.#roomOf(channel, canWrite);
    this.#rows.clear();
    const { list } = this.#state.conversation(channel);
    const newest = list.filter((message) => !isReply(message)).slice(-SHOWN);
    this.#quietly(() => this.#list.replaceChildren(...(intro ? [intro] : []), ...newest.map((message) => this.#row(message))));
    this.#tellOlder();
    this.#toEnd();
  }

  hide() {
    this.#room = null;
    this.#rows.clear();
    this.#list.replaceChildren();
  }

  #roomOf(channel, canWrite) {
    const held = this.#state.conversation(channel);
    const openThreads = new Set();
    const redraw = (ts) => this.#rows.has(ts) && fillRow(this.#rows.get(ts), held.byTs.get(ts), this.#room);
    const openThread = (ts) => {
      openThreads.add(ts);
      redraw(ts);
    };
    return {
      state: this.#state,
      act: this.act,
      channel,
      canWrite,
      openThreads,
      openThread,
      closeThread: (ts) => {
        openThreads.delete(ts);
        redraw(ts);
      },
      reply: (ts) => {
        openThread(ts);
        byKey(this.#rows.get(ts), "reply")?.focus();
      },
      replies: (ts) => (held.replies.get(ts) ?? []).map((one) => held.byTs.get(one)).filter(Boolean),
    };
  }

  #row(message) {
    const row = messageRow(message, this.#room);
    this.#rows.set(message.ts, row);
    return row;
  }

  #change({ changed, removed, isFirst }) {
    const work = () => {
      for (const ts of removed) this.#remove(ts);
      for (const message of changed) this.#put(message);
    };
    if (isFirst || changed.length > SPARE) this.#quietly(work);
    else work();
    this.#trim();
    this.#tellOlder();
    if (this.#follows) this.#toEnd();
  }

  #put(message) {
    if (isReply(message)) {
      this.#redrawParent(message.thread_ts);
      return;
    }
    const row = this.#rows.get(message.ts);
    if (row) {
      row.setAttribute("aria-live", "off");
      fillRow(row, message, this.#room);
      return;
    }
    const after = this.#firstAfter(message.ts);
    const isOlderThanShown = after && after === this.#firstRow() && this.#rows.size >= SHOWN;
    if (isOlderThanShown) return;
    const made = this.#row(message);
    if (after) after.before(made);
    else this.#list.append(made);
  }

  #redrawParent(ts) {
    const parent = this.#state.conversation(this.#room.channel).byTs.get(ts);
    if (parent && this.#rows.has(ts)) fillRow(this.#rows.get(ts), parent, this.#room);
  }

  #remove(ts) {
    this.#rows.get(ts)?.remove();
    this.#rows.delete(ts);
  }

  #firstRow() {
    return this.#list.querySelector(":scope > .message");
  }

  /** The row before which a message of this time belongs; new ones are found at once. */
  #firstAfter(ts) {
    let after = null;
    for (let row = this.#list.lastElementChild; row?.dataset.ts > ts; row = row.previousElementSibling) after = row;
    return after;
  }

  #trim() {
    if (this.#rows.size <= SHOWN + SPARE || !this.#follows) return;
    for (const ts of [...this.#rows.keys()].sort().slice(0, this.#rows.size - SHOWN)) this.#remove(ts);
  }

  async #showOlder() {
    const first = this.#firstRow();
    const { channel } = this.#room;
    const held = this.#state.conversation(channel);
    const at = held.list.findIndex((message) => message.ts === first?.dataset.ts);
    if (at <= 0 && held.more) await this.act("older", { channel, before: first.dataset.ts });
    if (channel !== this.#room?.channel) return;
    const kept = held.list.filter((message) => !isReply(message) && (!first || message.ts < first.dataset.ts));
    this.#quietly(() => {
      const rows = kept.slice(-SHOWN).filter((message) => !this.#rows.has(message.ts)).map((message) => this.#row(message));
      if (first) first.before(...rows);
      else this.#list.append(...rows);
    });
    this.#tellOlder();
    this.#follows = false;
    first?.scrollIntoView({ block: "start" });
  }

  #tellOlder() {
    const held = this.#state.conversation(this.#room.channel);
    const first = this.#firstRow()?.dataset.ts;
    this.#older.hidden = !(held.more || (first && held.list[0]?.ts < first));
  }

  #walk(event) {
    const rows = [...this.#list.querySelectorAll(":scope > .message")];
    const at = rows.indexOf(document.activeElement);
    const isOnList = document.activeElement === this.node;
    if (at < 0 && !isOnList) return;
    const steps = { ArrowDown: at + 1, ArrowUp: isOnList ? rows.length - 1 : at - 1, Home: 0, End: rows.length - 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, steps[event.key]))]?.focus();
  }

  #isAtEnd() {
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR_END;
  }

  #toEnd() {
    this.#follows = true;
    this.node.scrollTop = this.node.scrollHeight;
  }

  #quietly(work) {
    this.#list.setAttribute("aria-busy", "true");
    work();
    this.#list.removeAttribute("aria-busy");
  }
}
