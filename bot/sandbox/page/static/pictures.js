// Pictures: only what the page itself holds is loaded; of others the description stands in a frame.

import { h } from "./dom.js";

export function imageElement(element) {
  return picture(element, "small");
}

export function imageBlock(block) {
  return h(
    "figure.picture-block",
    {},
    block.title && h("figcaption", { dir: "auto" }, block.title.text),
    picture(block, "large"),
  );
}

function picture({ image_url: url, alt_text: description }, size) {
  if (url?.startsWith("data:image/")) return h(`img.picture.${size}`, { src: url, alt: description });
  // The page asks no other machine for anything, so that a sandbox stays one.
  return h(`span.picture.placeholder.${size}`, { role: "img", "aria-label": description, title: url ?? "" }, size === "small" ? "" : description);
}
