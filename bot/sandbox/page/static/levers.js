// What breaks things around the bot on purpose, and mends them again.

import { freshId, h, refill } from "./dom.js";

const ALWAYS = "until switched off";
const TIMES = { [ALWAYS]: null, "the next call": 1, "the next 2 calls": 2, "the next 5 calls": 5 };
const NUMBERS = [
  ["task_seconds", "A task takes, in seconds", 0.1, 3600, 0.1],
  ["daily_limit", "Files that the cloud takes a day", 0, 1000000, 1],
  ["creates_per_minute", "Prefetch calls a minute before it throttles", 1, 100000, 1],
];

export class Levers {
  #state;
  #act;
  #switches = new Map();
  #bot = h("div.lever-row");
  #faults = h("div");
  #code;
  #times;

  constructor(state, act) {
    this.#state = state;
    this.#act = act;
    this.#times = h("select.field", { id: freshId("times") }, Object.keys(TIMES).map((words) => h("option", { value: words }, words)));
    this.#code = h("select.field", { id: freshId("code") });
    this.#code.addEventListener("change", () => this.#look());
    this.numbers = NUMBERS.map((number) => this.#number(...number));
    this.failing = this.#failing();
    this.node = h(
      "div.levers",
      {},
      h("h3", {}, "The bot's process"),
      this.#bot,
      h("h3", {}, "Its connection to Slack"),
      h(
        "div.lever-row",
        {},
        this.#button("Drop the socket", "drop_socket", "Cut without a word"),
        this.#button("Refresh the socket", "refresh_socket", "As Slack does every few hours"),
        this.#button("Redeliver the last envelope", "redeliver_last", "Slack sends the same thing twice"),
      ),
      h("h3", {}, "Speed and size"),
      this.numbers.map(({ row }) => row),
      this.failing.row,
      this.#faults,
    );
    state.on("hello", () => this.#draw());
    state.on("status", () => this.#look());
  }

  #draw() {
    this.#switches.clear();
    const sides = { slack: "Slack misbehaves", cloud: "The cloud misbehaves" };
    const groups = Object.entries(sides).flatMap(([side, title]) => [
      h("h3", {}, title),
      side === "cloud" && h("div.lever-number", {}, h("label", { for: this.#times.id }, "Each switch below holds for"), this.#times),
      ...this.#of(side).map((fault) => this.#switch(fault)),
    ]);
    refill(this.#faults, groups, this.#codes());
    this.#look();
  }

  #of(side) {
    return this.#state.faults.filter((fault) => fault.side === side);
  }

  /** A switch for each of a hundred codes would fill the panel: one is chosen, and all that are on are shown. */
  #codes() {
    const chosen = this.#code.value;
    const codes = this.#of("code");
    this.#code.replaceChildren(...codes.map(({ name, text }) => h("option", { value: name }, `${name} ${text}`)));
    if (codes.some(({ name }) => name === chosen)) this.#code.value = chosen;
    return [
      h("h3", {}, "The cloud answers with an error code"),
      h("div.lever-code", {}, h("label", { for: this.#code.id }, "Code"), this.#code),
      ...codes.map((fault) => this.#switch(fault)),
    ];
  }

  #look() {
    const { status } = this.#state;
    if (!status) return;
    this.#tellBot(status);
    for (const { name, input } of [...this.numbers, this.failing]) {
      const value = [status.levers[name]].flat().join(" ");
      if (document.activeElement !== input) input.value = value;
    }
    const left = new Map(status.faults.map((fault) => [fault.name, fault.left]));
    const isCode = new Set(this.#of("code").map(({ name }) => name));
    for (const [name, { button, note }] of this.#switches) {
      button.hidden = isCode.has(name) && !left.has(name) && name !== this.#code.value;
      button.setAttribute("aria-checked", String(left.has(name)));
      note.textContent = left.get(name) ? `${left.get(name)} more` : "";
    }
  }

  #tellBot({ bot, exit_code: code, sockets }) {
    const words = {
      up: `running, ${sockets} ${sockets === 1 ? "socket" : "sockets"}`,
      starting: "starting…",
      down: code === null ? "down" : `down, exit code ${code}`,
    };
    refill(
      this.#bot,
      h("span.state", { class: bot }, words[bot]),
      bot === "down" ? this.#button("Start the bot", "start_bot") : this.#button("Kill the bot", "kill_bot", "SIGKILL: it gets no chance to do anything more"),
    );
  }

  #button(label, action, title) {
    return h("button.button", { type: "button", title, "data-key": action, onclick: () => this.#act(action) }, label);
  }

  #switch({ name, text }) {
    const note = h("span.note");
    const button = h(
      "button.switch",
      { type: "button", role: "switch", "aria-checked": "false", "data-key": name, onclick: () => this.#turn(name) },
      h("span.knob", { "aria-hidden": "true" }),
      h("span.switch-words", {}, h("code", {}, name), h("span", {}, text)),
      note,
    );
    this.#switches.set(name, { button, note });
    return button;
  }

  #turn(name) {
    const isOn = this.#switches.get(name).button.getAttribute("aria-checked") === "true";
    if (isOn) return this.#act("clear_faults", { name });
    const isOfSlack = this.#of("slack").some((fault) => fault.name === name);
    const times = isOfSlack ? null : TIMES[this.#times.value];
    return this.#act("fault", { name, ...(times && { times }) });
  }

  #number(name, label, min, max, step) {
    const input = h("input.field", { id: freshId("lever"), type: "number", min, max, step });
    input.addEventListener("change", () => this.#act("lever", { name, value: Number(input.value) }));
    return { name, input, row: h("div.lever-number", {}, h("label", { for: input.id }, label), input) };
  }

  #failing() {
    const input = h("input.field", { id: freshId("lever"), type: "text", placeholder: "for instance .ts", dir: "auto" });
    input.addEventListener("change", () => this.#act("lever", { name: "fail_urls_with", value: input.value.split(/\s+/).filter(Boolean) }));
    return { name: "fail_urls_with", input, row: h("div.lever-number", {}, h("label", { for: input.id }, "URLs fail that hold"), input) };
  }
}
