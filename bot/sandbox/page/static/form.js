// Inputs of a modal or home tab, and what was typed into them and not sent yet.

import { control, heldBy, initially, sent } from "./controls.js";
import { freshId, h } from "./dom.js";

/** What a person typed, kept by the tab so that a reload loses nothing. */
export class Form {
  #key;
  #typed;

  constructor(viewId) {
    this.#key = `form ${viewId}`;
    this.#typed = JSON.parse(sessionStorage.getItem(this.#key) ?? "{}");
  }

  typed(blockId, actionId) {
    return this.#typed[blockId]?.[actionId];
  }

  type(blockId, actionId, held) {
    this.#typed[blockId] = { ...this.#typed[blockId], [actionId]: held };
    sessionStorage.setItem(this.#key, JSON.stringify(this.#typed));
  }

  /** What is sent, of the inputs that are there. */
  values(blocks) {
    const inputs = blocks.filter((block) => block.type === "input");
    const values = {};
    for (const { block_id: blockId, element } of inputs) {
      const held = this.typed(blockId, element.action_id);
      if (held !== undefined) values[blockId] = { [element.action_id]: sent(element, held) };
    }
    return values;
  }

  forget() {
    sessionStorage.removeItem(this.#key);
  }
}

export function inputBlock(block, scene) {
  const { element } = block;
  const { form, values, place, surface, act } = scene;
  const id = freshId("input");
  const [labelId, hintId, errorId] = [`${id}-label`, `${id}-hint`, `${id}-error`];
  const stored = values?.[block.block_id]?.[element.action_id];
  const held = form?.typed(block.block_id, element.action_id) ?? (stored ? heldBy(element, stored) : initially(element));
  const report = (value) => act("choose", { surface, action_id: element.action_id, block_id: block.block_id, value: sent(element, value) });
  let latest = held;
  const made = control(element, held, {
    id,
    key: block.block_id,
    attributes: {
      "aria-describedby": [errorId, block.hint && hintId].filter(Boolean).join(" "),
      "aria-required": block.optional ? null : "true",
      "aria-labelledby": labelId,
      "data-key": `${block.block_id}/${element.action_id}`,
      "data-focus": element.focus_on_load,
    },
    onChange: (value, { isDone }) => {
      latest = value;
      form?.type(block.block_id, element.action_id, value);
      if (block.dispatch_action && isDone && !element.type.endsWith("_input")) report(value);
    },
    onEnter: (event) => {
      if (!block.dispatch_action || (element.multiline && !event.metaKey && !event.ctrlKey)) return false;
      report(latest);
      return true;
    },
    place,
    act,
    surface,
    blockId: block.block_id,
  });
  const optional = block.optional ? h("span.note", {}, " (optional)") : h("span.required", { "aria-hidden": "true" }, " *");
  const labelled = made && !made.isGroup ? "label.label" : "span.label";
  return h(
    "div.input-block",
    {},
    h(labelled, { id: labelId, for: made && !made.isGroup ? id : null, dir: "auto" }, block.label.text, optional),
    made ? made.node : h("span.gap", {}, `[unsupported element: ${element.type}]`),
    h("p.error", { id: errorId, dir: "auto" }),
    block.hint && h("p.hint", { id: hintId, dir: "auto" }, block.hint.text),
  );
}

/** Put errors under their inputs, take away those that are mended; the first one's control. */
export function showErrors(root, errors) {
  let first = null;
  for (const node of root.querySelectorAll(".input-block")) {
    const text = errors[node.dataset.block] ?? "";
    const shown = node.querySelector(":scope > .error");
    const input = node.querySelector("input, textarea");
    if (shown.textContent !== text) shown.textContent = text;
    node.classList.toggle("invalid", Boolean(text));
    if (text) input?.setAttribute("aria-invalid", "true");
    else input?.removeAttribute("aria-invalid");
    first ??= text ? input : null;
  }
  return first;
}
