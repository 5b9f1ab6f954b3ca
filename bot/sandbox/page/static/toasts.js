// Short notes about what could not be done; they go by themselves.

import { h } from "./dom.js";

const SHOWN_MS = 8000;
const FAILURES = {
  dispatch_failed: "No bot is connected, so Slack could not deliver this (dispatch_failed).",
  operation_timeout: "The bot did not acknowledge within three seconds (operation_timeout).",
};

export class Toasts {
  node = h("div.toasts", { role: "status", "aria-live": "polite" });

  say(text) {
    const close = () => toast.remove();
    const toast = h("div.toast", {}, h("span", { dir: "auto" }, text), h("button.icon", { type: "button", "aria-label": "Dismiss", onclick: close }, "×"));
    this.node.append(toast);
    setTimeout(close, SHOWN_MS);
  }

  /** Whatever went wrong with an action; nothing when all is well. */
  sayFailure(answer) {
    if (!answer.ok) this.say(answer.error);
    else if (answer.delivery?.error) this.say(FAILURES[answer.delivery.error] ?? `Slack says: ${answer.delivery.error}`);
  }
}
