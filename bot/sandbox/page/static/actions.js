// Elements that act at once: buttons, overflow menus, and selects outside of a form.

import { control, heldBy, initially, sent } from "./controls.js";
import { confirmed } from "./dialog.js";
import { freshId, h } from "./dom.js";
import { withEmoji } from "./mentions.js";
import { menuButton } from "./menu.js";
import { imageElement } from "./pictures.js";

const UNNAMED = {
  datepicker: "Date", timepicker: "Time", datetimepicker: "Date and time", checkboxes: "Choices", radio_buttons: "Choices",
};

/** `scene` gives `{place, surface, values, act}`; `label` names a control that has no words of its own. */
export function actionElement(element, block, scene, label) {
  if (element.type === "image") return imageElement(element);
  if (element.type === "button" || element.type === "workflow_button") return button(element, block, scene);
  if (element.type === "overflow") return overflow(element, block, scene);
  return chooser(element, block, scene, label) ?? h("span.gap", {}, `[unsupported element: ${element.type}]`);
}

function button(element, block, scene) {
  const press = async () => {
    if (!(await confirmed(element.confirm, scene.place))) return;
    node.setAttribute("aria-busy", "true");
    await scene.act("click", { ...address(element, block, scene), value: element.value });
    node.removeAttribute("aria-busy");
  };
  const node = h(
    element.style ? `button.button.${element.style}` : "button.button",
    { type: "button", dir: "auto", "data-key": key(element), "aria-label": element.accessibility_label, onclick: press },
    withEmoji(element.text.text),
  );
  return node;
}

function overflow(element, block, scene) {
  const items = () =>
    element.options.map((option) => ({
      label: option.text.text,
      note: option.description?.text,
      run: async () => {
        if (!(await confirmed(element.confirm, scene.place))) return;
        await scene.act("click", { ...address(element, block, scene), value: option.value });
      },
    }));
  return menuButton("button.button.overflow", { "aria-label": "More actions", "data-key": key(element) }, items, "⋯");
}

function chooser(element, block, scene, label) {
  const held = heldBy(element, scene.values?.[block.block_id]?.[element.action_id]);
  const choose = async (chosen, { isDone }) => {
    if (!isDone || !(await confirmed(element.confirm, scene.place))) return;
    await scene.act("choose", { ...address(element, block, scene), value: sent(element, chosen) });
  };
  const made = control(element, held ?? initially(element), {
    id: freshId("choice"),
    key: key(element),
    attributes: { "aria-label": element.placeholder?.text || label || UNNAMED[element.type] || "Choose", "data-key": key(element) },
    onChange: choose,
    onEnter: () => false,
    place: scene.place,
    act: scene.act,
    surface: scene.surface,
    blockId: block.block_id,
  });
  return made && h("div.chooser", {}, made.node);
}

// The bot's own edits give its blocks new ids while one reads, so a value tells a button better.
function address(element, block, scene) {
  const blockId = element.value ? null : block.block_id;
  return { surface: scene.surface, action_id: element.action_id, block_id: blockId };
}

function key(element) {
  return `${element.action_id}/${element.value ?? ""}`;
}
