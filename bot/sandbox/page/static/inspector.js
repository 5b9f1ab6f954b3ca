// The right side: levers, and what passes behind the conversation.

import { cloudRecords } from "./cloud_records.js";
import { h } from "./dom.js";
import { Ledger } from "./ledger.js";
import { Levers } from "./levers.js";
import { slackRecords } from "./slack_records.js";
import { Tabs } from "./tabs.js";

export class Inspector {
  constructor(state, act) {
    const [slack, cloud, ledger, log] = [slackRecords(state), cloudRecords(state), new Ledger(state), new BotLog(state)];
    const parts = { slack, cloud, ledger, log };
    const panels = Object.entries({ levers: new Levers(state, act), ...parts }).map(([name, part]) => [name, part, h("div.panel", { tabindex: "0" }, part.node)]);
    const labels = { levers: "Levers", slack: "Slack", cloud: "Cloud", ledger: "Ledger", log: "Bot log" };
    this.tabs = new Tabs(
      "Behind the scenes",
      panels.map(([name, , panel]) => ({ name, label: labels[name], panel })),
      (shown) => {
        for (const [name, part] of Object.entries(parts)) part[name === shown ? "show" : "hide"]();
        sessionStorage.setItem("inspector", shown);
      },
    );
    this.node = h("aside.inspector", { id: "inspector", "aria-label": "Behind the scenes" }, this.tabs.list, panels.map(([, , panel]) => panel));
    const kept = sessionStorage.getItem("inspector");
    this.tabs.show(kept in labels ? kept : "levers");
  }
}

class BotLog {
  #state;
  #isShown = false;

  constructor(state) {
    this.#state = state;
    this.node = h("pre.bot-log", { dir: "ltr" });
    state.on("status", () => this.#isShown && this.#draw());
  }

  show() {
    this.#isShown = true;
    this.#draw();
  }

  hide() {
    this.#isShown = false;
  }

  #draw() {
    const text = (this.#state.status?.bot_log ?? []).join("\n") || "The bot has said nothing yet.";
    if (this.node.textContent !== text) this.node.textContent = text;
  }
}
