// What stands at the top of a channel: things to try.

import { h } from "./dom.js";

const FILM = "https://cdn.example.com/launch/film.mp4";
const ASSET = "f488337c31c8e4622f1590735b134c65";
const TRIES = [
  ["Prefetch a film and an asset", `/prefetch ${FILM} ${ASSET}`],
  ["Open the form", "/prefetch"],
  ["See what is left today", "/prefetch quota"],
  ["Be refused", "/prefetch ftp://cdn.example.com/x http://localhost/y.mp4"],
  ["Post links, then open the message's ⋮ menu", `Tonight's trailers: ${FILM} and https://cdn.example.com/launch/teaser.m3u8`],
];

/** `fill(text)` puts a text into the message box; nothing where nobody can write. */
export function introduction(channel, fill, note) {
  if (channel.kind === "im" || note) return null;
  const tries = TRIES.map(([label, text]) => h("li", {}, h("button.try", { type: "button", onclick: () => fill(text) }, h("span", {}, label), h("code", {}, text.length > 60 ? `${text.slice(0, 60)}…` : text))));
  return h(
    "section.introduction",
    { "aria-label": "Things to try" },
    h("h2", {}, `Try the bot in #${channel.name}`),
    h("p.note", {}, "Nothing here is real but the bot: Slack and the cloud are stand-ins on this machine. A press puts the text into the message box; Enter sends it."),
    h("ul", {}, tries),
  );
}
