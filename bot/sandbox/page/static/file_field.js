// Files: chosen here, uploaded to the stand-in, sent by their ids.

import { h } from "./dom.js";

const LARGEST = 10 * 1024 * 1024;

export function fileField(element, held, offer) {
  let files = held ?? [];
  const most = element.max_files ?? 10;
  const input = h("input.field", {
    id: offer.id, type: "file", multiple: most > 1, accept: (element.filetypes ?? []).map((kind) => `.${kind}`).join(",") || null, ...offer.attributes, required: null,
  });
  const list = h("ul.files", { "aria-label": "Chosen files" });
  const keep = (kept) => {
    files = kept.slice(0, most);
    list.replaceChildren(...files.map((file) => fileItem(file, () => keep(files.filter((one) => one !== file)))));
    offer.onChange(files, { isDone: true });
  };
  input.addEventListener("change", async () => {
    const added = await uploaded([...input.files], offer.act);
    input.value = "";
    keep([...files, ...added]);
  });
  if (files.length) list.append(...files.map((file) => fileItem(file, () => keep(files.filter((one) => one !== file)))));
  return { node: h("div.file-field", {}, input, list), target: input };
}

/** The stand-in's file objects, in the order of the files. */
export async function uploaded(files, act) {
  const answers = [];
  for (const file of files.filter((one) => one.size <= LARGEST)) {
    const facts = { name: file.name, mimetype: file.type || "application/octet-stream", content_base64: await base64(file) };
    answers.push(await act("upload", facts));
  }
  return answers.filter((answer) => answer.ok).map((answer) => answer.result);
}

export function fileItem(file, remove) {
  const size = file.size < 1024 ? `${file.size} bytes` : `${Math.round(file.size / 1024).toLocaleString("en")} kB`;
  const button = remove && h("button.icon", { type: "button", "aria-label": `Remove ${file.name}`, onclick: remove }, "×");
  return h("li.file", {}, h("span.file-name", { dir: "auto" }, file.name), h("span.note", {}, size), button);
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
