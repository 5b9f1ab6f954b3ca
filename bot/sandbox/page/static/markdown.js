// The markdown block: as much of Markdown as messages of apps use.

import { h } from "./dom.js";
import { link } from "./mentions.js";

const INLINE = /(`[^`\n]+`)|\*\*([^*\n]+)\*\*|(?<![\w*])[*_]([^*_\n]+)[*_](?!\w)|~~([^~\n]+)~~|\[([^\]\n]*)\]\(([^)\s]+)\)/g;
const HEADING = /^(#{1,6}) +(.*)/;
const ITEM = /^\s*(?:[-*+]|(\d{1,9})[.)]) +(.*)/;

export function markdown(text) {
  const root = h("div.markdown", { dir: "auto" });
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    if (lines[at].startsWith("```")) at = appendFence(root, lines, at);
    else appendLine(root, lines[at]);
  }
  return root;
}

function appendFence(root, lines, at) {
  const end = lines.findIndex((line, place) => place > at && line.startsWith("```"));
  const last = end < 0 ? lines.length : end;
  root.append(h("pre", {}, lines.slice(at + 1, last).join("\n")));
  return last;
}

function appendLine(root, line) {
  const heading = HEADING.exec(line);
  const item = ITEM.exec(line);
  if (heading) root.append(h("p.heading", {}, h("strong", {}, inline(heading[2]))));
  else if (/^\s*(-{3,}|\*{3,})\s*$/.test(line)) root.append(h("hr"));
  else if (item) listFor(root, item[1]).append(h("li", {}, inline(item[2])));
  else if (line.startsWith(">")) root.append(h("blockquote", {}, inline(line.replace(/^> ?/, ""))));
  else if (line.trim()) root.append(h("p", {}, inline(line)));
}

function listFor(root, number) {
  const tag = number ? "OL" : "UL";
  if (root.lastElementChild?.tagName !== tag) root.append(h(tag.toLowerCase(), number ? { start: number } : {}));
  return root.lastElementChild;
}

function inline(text) {
  const nodes = [];
  let position = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, bold, italic, strike, label, url] = match;
    nodes.push(text.slice(position, match.index));
    if (code) nodes.push(h("code", {}, code.slice(1, -1)));
    else if (bold) nodes.push(h("strong", {}, bold));
    else if (italic) nodes.push(h("em", {}, italic));
    else if (strike) nodes.push(h("s", {}, strike));
    else nodes.push(link(url, label));
    position = match.index + whole.length;
  }
  return [...nodes, text.slice(position)];
}
