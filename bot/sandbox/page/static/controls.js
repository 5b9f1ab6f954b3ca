// Each element in which something is typed or chosen: its control, and what is sent of it.

import { Combobox } from "./combobox.js";
import { h } from "./dom.js";
import { fileField } from "./file_field.js";
import { mrkdwn } from "./mrkdwn.js";

/**
 * A control for a Block Kit element. `held` is what the server holds of it or what was typed since;
 * `offer` gives `{id, attributes, label, onChange, onEnter, place, act, surface, blockId}`.
 * Answers `{node, target}`: what to show, and what a label points at. Null: an unknown element.
 */
export function control(element, held, offer) {
  return CONTROLS[element.type]?.(element, held, offer) ?? null;
}

/** What a control holds at first, from `state.values` as Slack keeps it. */
export function heldBy(element, state) {
  const { type, ...rest } = state ?? {};
  return type === element.type ? (Object.values(rest)[0] ?? null) : null;
}

/** What the element itself says; messages come without the state of their selects. */
export function initially(element) {
  const name = Object.keys(element).find((one) => one.startsWith("initial_"));
  return name ? element[name] : null;
}

/** What the server takes for what the control holds: options by their values, files by their ids. */
export function sent(element, held) {
  if (element.type === "rich_text_input") return held ? asRichText(held) : null;
  if (Array.isArray(held)) return held.map((one) => one?.value ?? one?.id ?? one);
  if (held && typeof held === "object") return held.value;
  return held === "" && element.type !== "plain_text_input" ? null : held;
}

const typed = (type, more = {}) => (element, held, offer) => {
  const input = h("input.field", {
    id: offer.id, type, autocomplete: "off", dir: "auto", placeholder: element.placeholder?.text, ...more, ...offer.attributes,
  });
  input.value = held ?? "";
  return field(input, offer);
};

function text(element, held, offer) {
  const limits = { maxlength: element.max_length ?? 3000, minlength: element.min_length };
  if (!element.multiline) return typed("text", limits)(element, held, offer);
  return area(element, held, offer, limits);
}

function area(element, held, offer, limits = {}) {
  const input = h("textarea.field", {
    id: offer.id, rows: element.min_lines ?? 5, dir: "auto", placeholder: element.placeholder?.text, ...limits, ...offer.attributes,
  });
  input.value = held ?? "";
  if (!limits.maxlength) return field(input, offer);
  const left = h("span.counter", { "aria-hidden": "true" });
  const tell = () => {
    const rest = limits.maxlength - input.value.length;
    left.textContent = rest <= limits.maxlength / 10 ? `${rest.toLocaleString("en")} left` : "";
  };
  input.addEventListener("input", tell);
  tell();
  return { ...field(input, offer), node: h("div.counted", {}, input, left) };
}

function field(input, offer, read = () => input.value) {
  input.addEventListener("input", () => offer.onChange(read(), { isDone: false }));
  input.addEventListener("change", () => offer.onChange(read(), { isDone: true }));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && offer.onEnter(event)) event.preventDefault();
  });
  return { node: input, target: input };
}

function dateAndTime(element, held, offer) {
  const input = h("input.field", { id: offer.id, type: "datetime-local", ...offer.attributes });
  if (held) input.value = localText(held);
  return field(input, offer, () => (input.value ? Math.floor(new Date(input.value).getTime() / 1000) : null));
}

function localText(seconds) {
  const moment = new Date(seconds * 1000);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

function richInput(element, held, offer) {
  return area(element, typeof held === "string" ? held : plainOf(held), offer);
}

function asRichText(text) {
  if (typeof text !== "string") return text;
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

function plainOf(value) {
  if (!value || typeof value !== "object") return "";
  return value.text ?? value.url ?? (value.elements ?? []).map(plainOf).join("");
}

const boxes = (kind, pick) => (element, held, offer) => {
  const chosen = new Set([held].flat().map((option) => option?.value));
  const group = h("div.boxes", boxesAttributes(kind, offer));
  const inputs = element.options.map((option, number) => {
    const input = h("input", { type: kind, name: offer.id, id: number ? null : offer.id, "data-key": `${offer.key}/${option.value}` });
    input.checked = chosen.has(option.value);
    input.addEventListener("change", () => offer.onChange(pick(element.options.filter((_, at) => inputs[at].checked)), { isDone: true }));
    group.append(h("label.box", {}, input, h("span", { dir: "auto" }, words(option.text, offer.place), option.description && h("span.note", {}, words(option.description, offer.place)))));
    return input;
  });
  return { node: group, target: inputs[0], isGroup: true };
};

function boxesAttributes(kind, offer) {
  const shared = { ...offer.attributes, "data-key": null };
  // ARIA knows aria-required for a group of radio buttons, not for one of checkboxes.
  return kind === "radio" ? { ...shared, role: "radiogroup" } : { ...shared, role: "group", "aria-required": null };
}

function words(text, place) {
  return text.type === "mrkdwn" ? mrkdwn(text.text, place) : text.text;
}

const select = (isMultiple, find) => (element, held, offer) => {
  const known = [held].flat().filter((one) => one !== null && one !== undefined && one !== "");
  const selected = known.map((one) => (typeof one === "string" ? named(one, offer.place) : one));
  const combobox = new Combobox({
    id: offer.id, attributes: offer.attributes, find: find(element, offer), selected, isMultiple,
    most: element.max_selected_items, placeholder: element.placeholder?.text,
    onChange: (chosen) => offer.onChange(isMultiple ? chosen : (chosen[0] ?? null), { isDone: true }),
  });
  return { node: combobox.node, target: combobox.input };
};

const matching = (groups) => (text) => {
  const wanted = text.toLowerCase();
  const fits = (option) => option.text.text.toLowerCase().includes(wanted);
  return groups.map(({ label, options }) => ({ label, options: options.filter(fits) }));
};

function offered(element) {
  if (!element.option_groups) return matching([{ options: element.options ?? [] }]);
  return matching(element.option_groups.map((group) => ({ label: group.label.text, options: group.options })));
}

function asked(element, offer) {
  return async (text, pause, ms) => {
    if (text.length < (element.min_query_length ?? 3)) return [];
    await pause(ms);
    const facts = { view_id: offer.surface.view, block_id: offer.blockId, action_id: element.action_id, text };
    const { result } = await offer.act("suggest", facts);
    if (result?.option_groups) return result.option_groups.map((group) => ({ label: group.label.text, options: group.options }));
    return [{ options: result?.options ?? [] }];
  };
}

function named(id, place) {
  const text = place.users.has(id) ? place.userName(id) : `#${place.channelName(id)}`;
  return { text: { text: place.channels.get(id)?.kind === "im" ? "prefetch-bot" : text }, value: id };
}

const people = (_, offer) => matching([{ options: [...offer.place.users.keys()].map((id) => named(id, offer.place)) }]);

function conversations(element, offer) {
  const include = element.filter?.include ?? ["public", "private", "im"];
  const fits = (channel) =>
    include.includes(channel.kind) && !channel.is_archived && !(channel.kind === "im" && element.filter?.exclude_bot_users);
  return matching([{ options: [...offer.place.channels.values()].filter(fits).map(({ id }) => named(id, offer.place)) }]);
}

const channels = (_, offer) => conversations({ filter: { include: ["public"] } }, offer);

const CONTROLS = {
  plain_text_input: text,
  email_text_input: typed("email"),
  url_text_input: typed("url"),
  number_input: typed("text", { inputmode: "decimal" }),
  rich_text_input: richInput,
  datepicker: typed("date"),
  timepicker: typed("time"),
  datetimepicker: dateAndTime,
  checkboxes: boxes("checkbox", (chosen) => chosen),
  radio_buttons: boxes("radio", (chosen) => chosen[0] ?? null),
  file_input: fileField,
  static_select: select(false, offered),
  external_select: select(false, asked),
  users_select: select(false, people),
  conversations_select: select(false, conversations),
  channels_select: select(false, channels),
  multi_static_select: select(true, offered),
  multi_external_select: select(true, asked),
  multi_users_select: select(true, people),
  multi_conversations_select: select(true, conversations),
  multi_channels_select: select(true, channels),
};
