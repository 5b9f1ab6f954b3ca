// The app's home tab.

import { blocks } from "./block_kit.js";
import { h, refill } from "./dom.js";
import { Form } from "./form.js";

export class Home {
  #state;
  #act;
  #isShown = false;
  #drawn = null;

  constructor(state, act) {
    this.#state = state;
    this.#act = act;
    this.node = h("div.home", { tabindex: "0", role: "region", "aria-label": "App Home" });
    state.on("home", () => this.#isShown && this.#draw());
  }

  show() {
    this.#isShown = true;
    this.#draw();
    this.#act("home", { tab: "home" });
  }

  hide() {
    this.#isShown = false;
  }

  #draw() {
    const { home } = this.#state;
    if (!home) {
      refill(this.node, h("p.empty", {}, "The app has not shown its home yet. It does so when it hears that somebody opened it."));
      return;
    }
    if (this.#drawn !== home.id) this.form = new Form(home.id);
    this.#drawn = home.id;
    const scene = { place: this.#state, act: this.#act, surface: { home: true }, values: home.values, form: this.form };
    refill(this.node, h("div.blocks", {}, blocks(home.blocks, scene)));
  }
}
