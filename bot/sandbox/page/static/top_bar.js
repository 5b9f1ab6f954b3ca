// The line on top: what this is, how the bot does, what is broken on purpose.

import { h, refill } from "./dom.js";

export class TopBar {
  #state;
  #status = h("span.status", { role: "status" });
  #faults = h("span.active-faults");
  #isLinked = true;

  constructor(state, theme) {
    this.#state = state;
    const inspector = h("button.button", { type: "button", "aria-expanded": "true", "aria-controls": "inspector" }, "Behind the scenes");
    const turn = (isShown) => {
      document.body.classList.toggle("without-inspector", !isShown);
      inspector.setAttribute("aria-expanded", String(isShown));
    };
    inspector.addEventListener("click", () => turn(document.body.classList.contains("without-inspector")));
    turn(innerWidth >= 1000);
    this.node = h(
      "header.top-bar",
      {},
      h("strong.brand", {}, "prefetch-bot ", h("span", {}, "sandbox")),
      this.#status,
      this.#faults,
      h("span.space"),
      inspector,
      theme,
    );
    state.on("status", () => this.#draw());
  }

  tellLink(isUp) {
    this.#isLinked = isUp;
    this.#draw();
  }

  #draw() {
    const { status } = this.#state;
    const bot = this.#isLinked ? (status?.bot ?? "starting") : "lost";
    const words = { up: "bot running", starting: "bot starting…", down: "bot down", lost: "sandbox not connected" };
    const shown = h("span.state", { class: bot }, words[bot]);
    if (this.#status.textContent !== words[bot]) refill(this.#status, shown);
    refill(this.#faults, (status?.faults ?? []).map(({ name }) => h("span.fault", {}, name)));
  }
}
