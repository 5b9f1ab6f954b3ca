// Dialogs: the focus stays inside the one on top and goes back to where it was.

import { byKey, freshId, h } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select:not(:disabled), summary, [tabindex="0"]';

/** Show `dialog` as modal; `onCancel` is asked when Escape is pressed. */
export function show(dialog, onCancel) {
  const giveBack = rememberFocus();
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    onCancel();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    if (event.key === "Tab") keepInside(event, dialog);
    if (event.key !== "Escape") return;
    // A browser lets `cancel` be prevented only once in a while; the key can be each time.
    event.preventDefault();
    onCancel();
  });
  document.body.append(dialog);
  dialog.showModal();
  return () => {
    dialog.close();
    dialog.remove();
    giveBack();
  };
}

/** The confirm object of an element, asked as a question; resolves to whether the reader agreed. */
export function confirmed(confirm, place) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const [title, text] = [freshId("title"), freshId("text")];
    const answer = (agreed) => {
      close();
      resolve(agreed);
    };
    const agree = confirm.style === "danger" ? "button.button.danger" : "button.button.primary";
    const dialog = h(
      "dialog.dialog.confirm",
      { role: "alertdialog", "aria-labelledby": title, "aria-describedby": text },
      h("h2.dialog-title", { id: title, dir: "auto" }, confirm.title.text),
      h("p.dialog-text", { id: text, dir: "auto" }, textOf(confirm.text, place)),
      h(
        "div.dialog-buttons",
        {},
        h("button.button", { type: "button", autofocus: true, onclick: () => answer(false) }, confirm.deny.text),
        h(agree, { type: "button", onclick: () => answer(true) }, confirm.confirm.text),
      ),
    );
    const close = show(dialog, () => answer(false));
  });
}

export function focusable(root) {
  return [...root.querySelectorAll(FOCUSABLE)].filter((element) => element.checkVisibility());
}

function textOf(text, place) {
  return text.type === "mrkdwn" ? mrkdwn(text.text, place) : text.text;
}

function keepInside(event, dialog) {
  const inside = focusable(dialog);
  const [first, last] = [inside[0], inside.at(-1)];
  if (!first) event.preventDefault();
  const leaves = event.shiftKey ? [first, dialog] : [last];
  if (!leaves.includes(document.activeElement)) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}

/** Messages are drawn anew while a dialog is open, so the control is found again by its key. */
export function rememberFocus() {
  const element = document.activeElement;
  const ts = element?.closest("[data-ts]")?.dataset.ts;
  const key = element?.closest("[data-key]")?.dataset.key;
  return () => {
    const row = ts && document.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    const again = element?.isConnected ? element : key && byKey(row || document, key);
    (again || document.querySelector("#composer-text"))?.focus();
  };
}
