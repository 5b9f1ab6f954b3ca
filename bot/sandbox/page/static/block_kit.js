// Blocks as Slack shows them; one that is unknown leaves a visible gap.

import { actionElement } from "./actions.js";
import { chart } from "./charts.js";
import { h } from "./dom.js";
import { inputBlock } from "./form.js";
import { markdown } from "./markdown.js";
import { withEmoji } from "./mentions.js";
import { mrkdwn } from "./mrkdwn.js";
import { imageBlock, imageElement } from "./pictures.js";
import { richText } from "./rich_text.js";
import { dataTable, table } from "./tables.js";

/**
 * `scene` says where the blocks stand: `{place, surface, act, values, form}`; `place` knows people
 * and channels, `form` keeps what is typed into inputs.
 */
export function blocks(list, scene) {
  return list.map((block) => {
    const node = BLOCKS[block.type]?.(block, scene) ?? gap(block);
    node.classList.add("block");
    if (block.block_id) node.dataset.block = block.block_id;
    return node;
  });
}

/** A text object. */
export function textOf(text, place) {
  if (text.type === "mrkdwn") return mrkdwn(text.text, place);
  return text.emoji === false ? text.text : withEmoji(text.text);
}

const BLOCKS = {
  section,
  header: (block) => h("h3.header-block", { dir: "auto" }, textOf(block.text)),
  context: (block, { place }) => h("div.context-block", {}, block.elements.map((part) => contextPart(part, place))),
  divider: () => h("hr"),
  actions: (block, scene) => h("div.actions-block", {}, block.elements.map((element) => actionElement(element, block, scene))),
  image: imageBlock,
  rich_text: (block, { place }) => richText(block, place),
  markdown: (block) => markdown(block.text),
  table: (block, { place }) => table(block, place),
  data_table: (block, { place }) => dataTable(block, place),
  data_visualization: chart,
  alert: (block, { place }) => h(`div.alert-block.${block.level ?? "default"}`, { role: "note", dir: "auto" }, textOf(block.text, place)),
  input: inputBlock,
};

function section(block, scene) {
  const { text, fields, accessory } = block;
  const label = text ? text.text.split("\n")[0].replace(/[*_~`<>]/g, "").slice(0, 80) : "";
  return h(
    "div.section-block",
    {},
    h(
      "div.section-text",
      {},
      text && h("div.text", { dir: "auto" }, textOf(text, scene.place)),
      fields && h("div.fields", {}, fields.map((field) => h("div.text", { dir: "auto" }, textOf(field, scene.place)))),
    ),
    accessory && h("div.accessory", {}, actionElement(accessory, block, scene, label)),
  );
}

function contextPart(part, place) {
  return part.type === "image" ? imageElement(part) : h("span.text", { dir: "auto" }, textOf(part, place));
}

function gap(block) {
  return h("div.gap", {}, `[unsupported block: ${block.type}]`);
}
