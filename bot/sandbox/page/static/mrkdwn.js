// Slack's own markup, mrkdwn, as elements; each part of the text is read a bounded number of times.

import { h } from "./dom.js";
import { broadcast, channelMention, date, link, userMention, withEmoji } from "./mentions.js";

const STYLES = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;
const BARE_URL = /https?:\/\/[^\s<>|]+/g;
const TRAILING = /[.,;:!?)\]}'"]+$/;
const HELD = "\uFFFC";

export function mrkdwn(text, place) {
  const fragment = document.createDocumentFragment();
  let position = 0;
  for (;;) {
    const start = text.indexOf("```", position);
    const end = start < 0 ? -1 : text.indexOf("```", start + 3);
    if (end < 0) break;
    appendLines(fragment, text.slice(position, start).replace(/\n$/, ""), place);
    fragment.append(h("pre", {}, plainTokens(text.slice(start + 3, end).replace(/^\n|\n$/g, ""), place)));
    position = end + 3;
    if (text[position] === "\n") position += 1;
  }
  appendLines(fragment, text.slice(position), place);
  return fragment;
}

/** &amp; &lt; &gt; and no other entity, as Slack has it. */
export function decoded(text) {
  return text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name]);
}

function appendLines(fragment, text, place) {
  if (!text) return;
  let quote = null;
  text.split("\n").forEach((line, number) => {
    const isQuoted = line.startsWith("&gt;");
    const wasQuoted = quote !== null;
    if (isQuoted && !wasQuoted) fragment.append((quote = h("blockquote")));
    else if (number > 0 && isQuoted === wasQuoted) (quote ?? fragment).append("\n");
    if (!isQuoted) quote = null;
    (quote ?? fragment).append(...inline(isQuoted ? line.replace(/^&gt; ?/, "") : line, place));
  });
}

function inline(line, place) {
  const held = [];
  const text = withAtomsHeld(line.replaceAll(HELD, "\uFFFD"), held, place);
  return styled(text, held, "");
}

/** Code and `<…>` first, because no style reaches into them; one character stands for each. */
function withAtomsHeld(line, held, place) {
  let [text, position] = ["", 0];
  const isOver = { "<": false, "`": false };
  for (let at = 0; at < line.length; at += 1) {
    const opening = line[at];
    if (!(opening in isOver) || isOver[opening]) continue;
    const end = line.indexOf(opening === "<" ? ">" : "`", at + 1);
    if (end < 0) isOver[opening] = true;
    const inner = line.slice(at + 1, end);
    const node = end < 0 ? null : opening === "<" ? token(inner, place) : code(line, at, end, place);
    if (!node) continue;
    text += line.slice(position, at) + HELD;
    held.push(node);
    position = end + 1;
    at = end;
  }
  return text + line.slice(position);
}

function code(line, at, end, place) {
  if (end === at + 1 || WORD.test(line[at - 1] ?? "") || WORD.test(line[end + 1] ?? "")) return null;
  return h("code", {}, plainTokens(line.slice(at + 1, end), place));
}

function token(inner, place) {
  if (!inner || /[\n<]/.test(inner)) return null;
  const bar = inner.indexOf("|");
  const target = decoded(bar < 0 ? inner : inner.slice(0, bar));
  const label = bar < 0 ? "" : decoded(inner.slice(bar + 1));
  if (target.startsWith("@")) return userMention(target.slice(1), place);
  if (target.startsWith("#")) return channelMention(target.slice(1), place, label);
  if (target.startsWith("!")) return special(target.slice(1), label);
  return link(target, label);
}

function special(target, label) {
  const [kind, ...rest] = target.split("^");
  if (kind === "date") return date(rest[0], rest[1] ?? "{date} {time}", label);
  if (kind === "subteam") return h("span.mention", {}, label || `@${rest[0]}`);
  return broadcast(label || kind);
}

function styled(text, held, active) {
  const nodes = [];
  const isOver = {};
  let position = 0;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at];
    if (!(mark in STYLES) || active.includes(mark) || isOver[mark] || !opens(text, at)) continue;
    const end = closing(text, at, mark);
    if (end < 0) {
      isOver[mark] = true;
      continue;
    }
    nodes.push(...plain(text.slice(position, at), held));
    nodes.push(h(STYLES[mark], {}, styled(text.slice(at + 1, end), held, active + mark)));
    position = end + 1;
    at = end;
  }
  return [...nodes, ...plain(text.slice(position), held)];
}

function opens(text, at) {
  return !WORD.test(text[at - 1] ?? "") && text[at + 1] !== undefined && !/\s/.test(text[at + 1]);
}

/** A closing mark serves any opening one before it, so a search that fails is not repeated. */
function closing(text, at, mark) {
  for (let end = text.indexOf(mark, at + 2); end >= 0; end = text.indexOf(mark, end + 1)) {
    if (!/\s/.test(text[end - 1]) && !WORD.test(text[end + 1] ?? "")) return end;
  }
  return -1;
}

function plain(text, held) {
  return text.split(HELD).flatMap((piece, place) => (place === 0 ? linked(piece) : [held.shift(), ...linked(piece)]));
}

function linked(text) {
  const nodes = [];
  let position = 0;
  for (const match of text.matchAll(BARE_URL)) {
    const url = match[0].replace(TRAILING, "");
    nodes.push(withEmoji(decoded(text.slice(position, match.index))), link(decoded(url)));
    position = match.index + url.length;
  }
  nodes.push(withEmoji(decoded(text.slice(position))));
  return nodes.filter((node) => node !== "");
}

/** Inside code a token shows its label, or else its target, as text. */
function plainTokens(text, place) {
  const pieces = text.split(/<([^<>\n]+)>/);
  return pieces.map((piece, number) => (number % 2 ? token(piece, place).textContent : decoded(piece))).join("");
}
