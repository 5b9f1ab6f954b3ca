// One message: who, when, what, its files and replies, and the menu of what can be done with it.

import { blocks } from "./block_kit.js";
import { clock, count, h, unseen } from "./dom.js";
import { fileItem } from "./file_field.js";
import { menuButton, openMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";

const LONG = 3000;
const opened = new Set();

/** The row of a message; `room` gives `{state, act, channel, replies(ts)}`. */
export function messageRow(message, room) {
  const row = h("article.message", { "data-ts": message.ts, tabindex: "-1" });
  row.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, input, textarea") || String(getSelection())) return;
    event.preventDefault();
    openMenu(row.querySelector(".more"), deeds(message, room), "Message actions");
  });
  fillRow(row, message, room);
  return row;
}

/** Draw it anew, without having it read aloud again. */
export function fillRow(row, message, room) {
  row.classList.toggle("ephemeral", message.is_ephemeral);
  row.setAttribute("aria-label", `${message.name}, ${clock(Number(message.ts))}`);
  const children = parts(message, room);
  const key = row.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key : null;
  row.replaceChildren(...children.filter(Boolean));
  if (key) [...row.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key)?.focus();
}

export function avatar(name, isBot) {
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;
  const initials = name.split(/\s+/).map((word) => word[0]).join("").slice(0, 2).toUpperCase();
  return h(`span.avatar.hue-${hue}`, { "aria-hidden": "true", class: isBot ? "bot" : "" }, isBot ? "⚡" : initials);
}

function parts(message, room) {
  return [
    avatar(message.name, message.is_bot),
    h("div.message-body", {}, [
      message.is_ephemeral && h("p.only-you", {}, "Only visible to you"),
      head(message),
      ...content(message, room),
      message.files?.length ? h("ul.files", { "aria-label": "Files" }, message.files.map((file) => fileItem(file))) : null,
      thread(message, room),
    ]),
    h("div.message-tools", {}, menuButton("button.icon.more", { "aria-label": "More actions", "data-key": "more", title: "Message actions" }, () => deeds(message, room), "⋮")),
  ];
}

function head(message) {
  const moment = new Date(Number(message.ts) * 1000);
  return h(
    "header.message-head",
    {},
    h("span.author", { dir: "auto" }, message.name),
    message.is_bot && h("span.badge", {}, "app"),
    h("time", { datetime: moment.toISOString(), title: moment.toString() }, clock(Number(message.ts))),
    message.edited && h("span.note", {}, "(edited)"),
  );
}

function content(message, room) {
  const scene = sceneOf(message, room);
  const shown = message.blocks.length
    ? h("div.blocks", {}, blocks(message.blocks, scene))
    : h("div.text", { dir: "auto" }, mrkdwn(message.text, room.state));
  const attached = (message.attachments ?? []).map((attachment) => attachmentOf(attachment, scene));
  const isLong = !message.is_bot && message.text.length > LONG && !opened.has(message.ts);
  return isLong ? [folded(message, shown), ...attached] : [shown, ...attached];
}

function folded(message, shown) {
  const unfold = () => {
    opened.add(message.ts);
    box.classList.remove("folded");
    button.remove();
  };
  const button = h("button.link-button", { type: "button", "data-key": "unfold", onclick: unfold }, `Show all ${message.text.length.toLocaleString("en")} characters`);
  const box = h("div.folded", {}, shown);
  return h("div", {}, box, button);
}

function attachmentOf(attachment, scene) {
  const { pretext, title, title_link: link, text, fallback } = attachment;
  const lines = attachment.blocks ? [] : [title && `*${link ? `<${link}|${title}>` : title}*`, text || (title ? "" : fallback)];
  return h(
    "div.attachment-room",
    {},
    pretext && h("div.text", { dir: "auto" }, mrkdwn(pretext, scene.place)),
    h("div.attachment", {}, attachment.blocks ? blocks(attachment.blocks, scene) : lines.filter(Boolean).map((line) => h("div.text", { dir: "auto" }, mrkdwn(line, scene.place)))),
  );
}

function sceneOf(message, room) {
  return { place: room.state, act: room.act, surface: { message: { channel: room.channel, ts: message.ts } }, values: null, form: null };
}

function deeds(message, room) {
  const facts = { channel: room.channel, ts: message.ts };
  const shortcuts = message.is_ephemeral ? [] : room.state.shortcuts.filter((shortcut) => shortcut.type === "message");
  return [
    ...shortcuts.map(({ name, description, callback_id }) => ({
      label: name,
      note: description,
      run: () => room.act("message_shortcut", { callback_id, ...facts }),
    })),
    !message.is_ephemeral && room.canWrite() && { label: "Reply in thread", run: () => room.reply(message.thread_ts || message.ts) },
    { label: "Copy text", run: () => navigator.clipboard?.writeText(message.text) },
  ].filter(Boolean);
}

function thread(message, room) {
  const replies = room.replies(message.ts);
  const isOpen = room.openThreads.has(message.ts);
  if (!replies.length && !isOpen) return null;
  const toggle = () => (isOpen ? room.closeThread(message.ts) : room.openThread(message.ts));
  return h(
    "div.thread",
    {},
    h("button.link-button", { type: "button", "aria-expanded": String(isOpen), "data-key": "thread", onclick: toggle }, count(replies.length, "reply").replace("replys", "replies"), unseen(" in thread")),
    isOpen && h("div.replies", {}, replies.map((reply) => messageRow(reply, { ...room, replies: () => [] })), room.canWrite() && replyField(message, room)),
  );
}

function replyField(message, room) {
  const field = h("input.field", { type: "text", "aria-label": "Reply", placeholder: "Reply…", "data-key": "reply", dir: "auto" });
  const send = async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    field.value = "";
    if (text) await room.act("say", { channel: room.channel, text, thread_ts: message.ts });
  };
  return h("form.reply", { onsubmit: send }, field, h("button.button", { type: "submit" }, "Reply"));
}
