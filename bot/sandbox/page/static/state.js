// What the server has told so far; those who listen are told what changed.

const KEPT = 300;

export class State {
  #listeners = new Map();

  constructor() {
    this.#forget();
  }

  on(topic, listener) {
    this.#listeners.set(topic, [...(this.#listeners.get(topic) ?? []), listener]);
  }

  /** A new connection tells everything anew. */
  restart() {
    this.isFresh = true;
  }

  take(frame) {
    if (this.isFresh) this.#forget();
    this[`_${frame.type}`]?.(frame);
  }

  conversation(channel) {
    if (!this.conversations.has(channel)) {
      this.conversations.set(channel, { list: [], byTs: new Map(), replies: new Map(), more: false });
    }
    return this.conversations.get(channel);
  }

  userName(id) {
    const user = this.users.get(id);
    return user ? user.real_name || user.name : id;
  }

  channelName(id) {
    const channel = this.channels.get(id);
    if (!channel) return id;
    return channel.kind === "im" ? "prefetch-bot" : channel.name;
  }

  #forget() {
    this.isFresh = false;
    this.person = null;
    this.people = [];
    this.users = new Map();
    this.channels = new Map();
    this.commands = [];
    this.shortcuts = [];
    this.faults = [];
    this.appHome = {};
    this.conversations = new Map();
    this.views = [];
    this.home = null;
    this.records = [];
    this.calls = [];
    this.ledger = null;
    this.status = null;
    this.#tell("forget");
  }

  _hello(frame) {
    const isFirst = this.person === null;
    this.person = frame.person;
    this.people = frame.people;
    this.users = new Map((frame.users ?? frame.people).map((user) => [user.id, user]));
    this.channels = new Map(frame.channels.map((channel) => [channel.id, channel]));
    this.commands = frame.commands;
    this.shortcuts = frame.shortcuts;
    this.faults = frame.faults;
    this.appHome = frame.app_home ?? {};
    this.#tell("hello", { isFirst });
  }

  _messages(frame) {
    const held = this.conversation(frame.channel);
    const isFirst = held.list.length === 0;
    const removed = frame.removed ?? [];
    for (const message of frame.messages) keep(held, message);
    for (const ts of removed) drop(held, ts);
    held.more = frame.more ?? held.more;
    this.#tell("messages", { channel: frame.channel, changed: frame.messages, removed, isFirst });
  }

  _views(frame) {
    this.views = frame.stack;
    this.#tell("views");
  }

  _home(frame) {
    this.home = frame.view;
    this.#tell("home");
  }

  _records(frame) {
    this.records = [...this.records, ...frame.records].slice(-KEPT);
    this.#tell("records", frame.records);
  }

  _calls(frame) {
    this.calls = [...this.calls, ...frame.calls].slice(-KEPT);
    this.#tell("calls", frame.calls);
  }

  _ledger(frame) {
    this.ledger = frame;
    this.#tell("ledger");
  }

  _status(frame) {
    this.status = frame;
    this.#tell("status");
  }

  #tell(topic, change) {
    for (const listener of this.#listeners.get(topic) ?? []) listener(change);
  }
}

function keep(held, message) {
  if (held.byTs.has(message.ts)) {
    held.list[place(held.list, message.ts)] = message;
  } else {
    held.list.splice(place(held.list, message.ts), 0, message);
    if (isReply(message)) replies(held, message.thread_ts).push(message.ts);
  }
  held.byTs.set(message.ts, message);
}

function drop(held, ts) {
  const message = held.byTs.get(ts);
  if (!message) return;
  held.byTs.delete(ts);
  held.list.splice(place(held.list, ts), 1);
  if (isReply(message)) {
    held.replies.set(message.thread_ts, replies(held, message.thread_ts).filter((one) => one !== ts));
  }
}

function replies(held, parent) {
  if (!held.replies.has(parent)) held.replies.set(parent, []);
  return held.replies.get(parent);
}

export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

/** Where the timestamp stands, or would stand; new messages are found at once. */
function place(list, ts) {
  if (list.length === 0 || list.at(-1).ts < ts) return list.length;
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].ts < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}
