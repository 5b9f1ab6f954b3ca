// Puts the page together: who looks, at which place, and what the server says.

import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Conversation } from "./conversation.js";
import { h, refill } from "./dom.js";
import { Home } from "./home.js";
import { Inspector } from "./inspector.js";
import { introduction } from "./introduction.js";
import { Modals } from "./modals.js";
import { Sidebar } from "./sidebar.js";
import { State } from "./state.js";
import { themeSwitch } from "./theme.js";
import { Toasts } from "./toasts.js";
import { TopBar } from "./top_bar.js";

const state = new State();
const toasts = new Toasts();
let connection = null;
let place = null;

/** What every part of the page asks the server with; failures are told unless `isQuiet`. */
async function act(name, facts = {}, { isQuiet = false } = {}) {
  const answer = await connection.act(name, facts);
  // Slackbot says in the channel why a command failed.
  if (!isQuiet && !(name === "say" && answer.ok)) toasts.sayFailure(answer);
  return answer;
}

const conversation = new Conversation(state, act);
const composer = new Composer(state, act);
const home = new Home(state, act);
const heading = h("h1", { tabindex: "-1" });
const about = h("p.note");
const banner = h("div.banner", { role: "status" });
const appTabs = h("div.app-tabs");
const sidebar = new Sidebar(state, { go, become, current: () => place });
const inspector = new Inspector(state, act);
const topBar = new TopBar(state, themeSwitch());
new Modals(state, act);

function start() {
  const room = h("main.room", {}, h("header.room-head", {}, heading, about, appTabs), banner, home.node, conversation.node, composer.node);
  const skip = h("a.skip", { href: "#", onclick: skipToComposer }, "Skip to the message box");
  document.body.append(skip, topBar.node, sidebar.node, room, inspector.node, toasts.node);
  state.on("hello", ({ isFirst }) => (isFirst ? arrive() : describe()));
  state.on("messages", ({ channel, isFirst }) => isFirst && channel === place && draw());
  state.on("status", tellBot);
  addEventListener("hashchange", follow);
  connect(addressed()[0]);
}

function skipToComposer(event) {
  event.preventDefault();
  composer.focus();
}

function connect(person) {
  connection?.close();
  connection = new Connection(person, {
    onFrame: (frame) => state.take(frame),
    onLink: (isUp) => {
      if (isUp) state.restart();
      topBar.tellLink(isUp);
    },
  });
}

/** The address holds who looks and where, so that a reload and a second tab show the same. */
function addressed() {
  return location.hash.slice(1).split("/").map(decodeURIComponent);
}

function become(person) {
  location.hash = `#${person}/${place ?? ""}`;
}

function go(where) {
  if (where === place) land();
  else location.hash = `#${state.person.id}/${where}`;
}

/** The address has changed: by a press, by Back and Forward, or by hand. */
function follow() {
  const [person, where] = addressed();
  if (person !== connection.person) connect(person);
  else if (where !== place) show(where);
}

function arrive() {
  const wanted = addressed()[1];
  const mine = [...state.channels.values()].find((channel) => channel.kind === "im")?.id;
  // A direct message is another channel for each person.
  const where = wanted?.startsWith("D") ? mine : wanted;
  show(where);
}

function show(wanted) {
  const known = wanted === "home" || state.channels.has(wanted);
  place = known ? wanted : state.channels.keys().next().value;
  history.replaceState(null, "", `#${state.person.id}/${place}`);
  sidebar.draw();
  draw();
  land();
}

function land() {
  if (place === "home") heading.focus();
  else composer.focus();
}

function draw() {
  const isHome = place === "home";
  home.node.hidden = !isHome;
  conversation.node.hidden = isHome;
  composer.node.hidden = isHome;
  describe();
  if (isHome) {
    conversation.hide();
    home.show();
    return;
  }
  home.hide();
  const channel = state.channels.get(place);
  const note = whyNot(channel);
  composer.show(place, nameOf(channel), note);
  conversation.show(place, introduction(channel, (text) => composer.fill(text), note), () => !whyNot(state.channels.get(channel.id)));
  if (channel.kind === "im") act("home", { tab: "messages" }, { isQuiet: true });
}

function describe() {
  const channel = state.channels.get(place);
  const isApp = place === "home" || channel?.kind === "im";
  refill(heading, isApp ? "prefetch-bot" : (nameOf(channel) ?? ""));
  document.title = `${heading.textContent} – prefetch-bot sandbox`;
  about.textContent = isApp ? "" : [channel?.is_archived && "archived", channel && !channel.bot_is_member && "the bot is not a member"].filter(Boolean).join(", ");
  appTabs.hidden = !isApp;
  refill(appTabs, isApp ? appPlaces() : []);
}

function appPlaces() {
  const messages = [...state.channels.values()].find((channel) => channel.kind === "im");
  const places = [["home", "Home"], messages && [messages.id, "Messages"]].filter(Boolean);
  return places.map(([id, label]) => h("button.tab", { type: "button", "aria-current": place === id ? "page" : null, "data-key": id, onclick: () => go(id) }, label));
}

function nameOf(channel) {
  if (!channel) return null;
  return channel.kind === "im" ? "prefetch-bot" : `#${channel.name}`;
}

function whyNot(channel) {
  if (channel.is_archived) return "This channel is archived; nobody can write in it.";
  if (!channel.is_member) return `${state.person.real_name} is not a member of #${channel.name} and can only read.`;
  if (channel.kind === "im" && state.appHome.messages_tab_read_only_enabled) return "This app takes no messages here; it only writes to you.";
  return null;
}

function tellBot() {
  const { bot } = state.status;
  banner.hidden = bot === "up";
  const words = { down: "The bot is down. What people do now never reaches it, just as with Slack.", starting: "The bot is starting…" };
  const startIt = h("button.button", { type: "button", "data-key": "start", onclick: () => act("start_bot") }, "Start the bot");
  refill(banner, bot === "up" ? [] : [h("span", {}, words[bot]), bot === "down" && startIt]);
}

start();
