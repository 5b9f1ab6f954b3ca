// The rich_text block, the only one whose elements have elements of their own.

import { h } from "./dom.js";
import { broadcast, channelMention, date, link, userMention, withEmoji } from "./mentions.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };

const INLINE = {
  text: (part) => document.createTextNode(part.text),
  link: (part) => link(part.url, part.text),
  user: (part, place) => userMention(part.user_id, place),
  channel: (part, place) => channelMention(part.channel_id, place),
  usergroup: (part) => h("span.mention", {}, `@${part.usergroup_id}`),
  team: (part) => h("span.mention", {}, part.team_id),
  broadcast: (part) => broadcast(part.range),
  emoji: (part) => document.createTextNode(part.unicode ? fromCodes(part.unicode) : withEmoji(`:${part.name}:`)),
  date: (part) => date(part.timestamp, part.format, part.fallback),
  color: (part) => h("code", {}, part.value),
};

const PARAGRAPHS = {
  rich_text_section: (part, place) => h("div.rich-section", { dir: "auto" }, runs(part.elements, place)),
  rich_text_quote: (part, place) => h("blockquote", { dir: "auto" }, runs(part.elements, place)),
  rich_text_preformatted: (part, place) => h("pre", { dir: "auto" }, runs(part.elements, place)),
  rich_text_list: list,
};

export function richText(block, place) {
  return h("div.rich-text", {}, block.elements.map((part) => PARAGRAPHS[part.type]?.(part, place) ?? gap(part)));
}

function list(part, place) {
  const indent = Math.min(part.indent ?? 0, 8);
  const attributes = part.style === "ordered" && part.offset ? { start: part.offset + 1 } : {};
  const items = part.elements.map((item) => h("li", { dir: "auto" }, runs(item.elements, place)));
  return h(`${part.style === "ordered" ? "ol" : "ul"}.indent-${indent}`, attributes, items);
}

function runs(elements, place) {
  return elements.map((part) => {
    const node = INLINE[part.type]?.(part, place) ?? gap(part);
    return Object.keys(part.style ?? {}).reduce(
      (inner, style) => (part.style[style] && STYLES[style] ? h(STYLES[style], {}, inner) : inner),
      node,
    );
  });
}

function gap(part) {
  return h("span.gap", {}, `[unsupported: ${part.type}]`);
}

function fromCodes(codes) {
  const points = codes.split("-").map((code) => Number.parseInt(code, 16));
  return points.every((point) => point >= 0 && point <= 0x10ffff) ? String.fromCodePoint(...points) : codes;
}
