// The table blocks.

import { h } from "./dom.js";
import { richText } from "./rich_text.js";

export function table(block, place) {
  return shown(block.rows, null, block.column_settings ?? [], place);
}

export function dataTable(block, place) {
  return shown(block.rows, block.caption, [], place);
}

function shown(rows, caption, columns, place) {
  const [head, ...body] = rows;
  return h(
    "div.table-room",
    { tabindex: "0", role: "group", "aria-label": caption ?? "Table" },
    h(
      "table",
      {},
      caption && h("caption", { dir: "auto" }, caption),
      h("thead", {}, h("tr", {}, head.map((cell, at) => h(`th.${align(columns[at])}`, { scope: "col", dir: "auto" }, content(cell, place))))),
      h("tbody", {}, body.map((row) => h("tr", {}, row.map((cell, at) => h(`td.${align(columns[at])}`, { dir: "auto" }, content(cell, place)))))),
    ),
  );
}

function align(column) {
  return `align-${column?.align ?? "left"}`;
}

function content(cell, place) {
  if (cell.type === "rich_text") return richText(cell, place);
  if (cell.type === "raw_text" || cell.type === "raw_number") return String(cell.text ?? cell.value);
  return h("span.gap", {}, `[unsupported cell: ${cell.type}]`);
}
