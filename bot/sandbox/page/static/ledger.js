// The quota and the requests, as the bot's own database has them.

import { count, h, refill } from "./dom.js";

const COLUMNS = { settled: "settled", reserved: "reserved", held: "in doubt" };

export class Ledger {
  #state;
  #isShown = false;

  constructor(state) {
    this.#state = state;
    this.node = h("div.ledger");
    state.on("ledger", () => this.#isShown && this.#draw());
  }

  show() {
    this.#isShown = true;
    this.#draw();
  }

  hide() {
    this.#isShown = false;
  }

  #draw() {
    const { ledger } = this.#state;
    if (!ledger?.days) {
      refill(this.node, h("p.empty", {}, "The bot has not made its database yet."));
      return;
    }
    const { cloud } = ledger;
    refill(
      this.node,
      h("h3", {}, "Quota"),
      ledger.days.length ? ledger.days.map((day) => quotaDay(day)) : h("p.empty", {}, "Nothing has been reserved yet."),
      cloud && h("p.note", {}, `The cloud itself counts ${cloud.charged.toLocaleString("en")} files on ${cloud.day}.`),
      ledger.requests?.length ? [h("h3", {}, "Requests"), requests(ledger.requests, this.#state)] : null,
      ledger.entries?.length ? [h("h3", {}, "Ledger, newest first"), entries(ledger.entries)] : null,
    );
  }
}

function quotaDay(day) {
  const spent = Object.keys(COLUMNS).reduce((sum, name) => sum + day[name], 0);
  const left = Math.max(0, day.limit - spent);
  const words = Object.entries(COLUMNS).map(([name, word]) => `${day[name].toLocaleString("en")} ${word}`);
  return h(
    "div.quota",
    {},
    h("p", {}, h("strong", {}, day.day), day.exhausted ? " used up, says the cloud" : ` ${left.toLocaleString("en")} of ${day.limit.toLocaleString("en")} left`),
    h("progress", { max: day.limit || 1, value: Math.min(spent, day.limit), "aria-label": `Used on ${day.day}` }),
    h("p.note", {}, words.join(" · ")),
  );
}

function requests(list, state) {
  const rows = list.map((request) => [
    h("code", {}, request.id),
    `@${state.users.get(request.user)?.name ?? request.user}`,
    `${request.files} in ${count(request.tasks?.length ?? 0, "call")}`,
    request.status.replaceAll("_", " "),
  ]);
  return grid("Requests", ["request", "by", "files", "status"], rows);
}

function entries(list) {
  const rows = list.map((entry) => [entry.at.slice(11, 19), h("code", {}, entry.request_id ?? ""), `${entry.task_position ?? ""}`, entry.kind, String(entry.files)]);
  return grid("Ledger", ["UTC", "request", "call", "what", "files"], rows);
}

function grid(label, names, rows) {
  return h(
    "div.table-room",
    { tabindex: "0", role: "group", "aria-label": label },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, cell))))),
    ),
  );
}
