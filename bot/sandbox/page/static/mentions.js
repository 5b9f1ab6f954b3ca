// Links, people, channels, dates and emoji, as both kinds of Slack text hold them.

import { h } from "./dom.js";

const OPENABLE = /^(https?|mailto):/i;
const SHORTCODE = /:([a-z0-9_+-]{1,40}):/g;
const EMOJI = {
  "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", rocket: "🚀", tada: "🎉", eyes: "👀",
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", fire: "🔥", clapper: "🎬", movie_camera: "🎥", film_frames: "🎞️",
  wave: "👋", smile: "😄", slightly_smiling_face: "🙂", joy: "😂", thinking_face: "🤔", heart: "❤️",
  zap: "⚡", red_circle: "🔴", large_green_circle: "🟢", large_yellow_circle: "🟡", no_entry: "⛔",
  information_source: "ℹ️", question: "❓", exclamation: "❗", bell: "🔔", lock: "🔒", link: "🔗",
  calendar: "📅", clock1: "🕐", memo: "📝", mag: "🔍", repeat: "🔁", stop_sign: "🛑", pray: "🙏",
};

export function link(url, label) {
  const text = label || url;
  if (!OPENABLE.test(url)) return h("span.link", {}, text);
  return h("a.link", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
}

export function userMention(id, place) {
  const user = place.users.get(id);
  const isReader = id === place.person?.id;
  return h(isReader ? "span.mention.me" : "span.mention", {}, `@${user ? user.name : id}`);
}

export function channelMention(id, place, label) {
  const channel = place.channels.get(id);
  if (channel?.kind === "im") return h("span.mention", {}, "this conversation");
  return h("span.mention", {}, `#${channel?.name || label || id}`);
}

export function broadcast(range) {
  return h("span.mention.me", {}, `@${range}`);
}

/** `:rocket:` as 🚀; a name that is not in the small table stays as it was typed. */
export function withEmoji(text) {
  return text.replace(SHORTCODE, (typed, name) => (Object.hasOwn(EMOJI, name) ? EMOJI[name] : typed));
}

const DATE_PARTS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  date_pretty: { year: "numeric", month: "long", day: "numeric" },
  date_short_pretty: { year: "numeric", month: "short", day: "numeric" },
  date_long_pretty: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};

/** Slack's date token in the reader's own zone; `fallback` where the format is not understood. */
export function date(timestamp, format, fallback) {
  const moment = new Date(Number(timestamp) * 1000);
  if (Number.isNaN(moment.getTime())) return h("span", {}, fallback ?? "");
  const text = format.replace(/\{(\w+)\}/g, (token, name) =>
    name === "ago" ? ago(moment) : DATE_PARTS[name] ? spoken(moment, name) : token,
  );
  return h("time", { datetime: moment.toISOString(), title: moment.toString() }, text);
}

function spoken(moment, name) {
  const today = new Date();
  if (name.endsWith("pretty") && moment.toDateString() === today.toDateString()) return "today";
  return moment.toLocaleString("en-GB", DATE_PARTS[name]);
}

function ago(moment) {
  const minutes = Math.round((moment - Date.now()) / 60000);
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  return Math.abs(minutes) < 60 ? words.format(minutes, "minute") : words.format(Math.round(minutes / 60), "hour");
}
