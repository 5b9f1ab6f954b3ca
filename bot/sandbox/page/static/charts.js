// The block that draws a chart: bars beside their numbers, which a screen reader reads as a table.

import { h } from "./dom.js";

export function chart(block) {
  const { series, axis_config: axes, segments } = block.chart;
  const rows = segments
    ? segments.map(({ label, value }) => [label, [{ name: label, value }]])
    : axes.categories.map((label) => [label, series.map((one) => ({ name: one.name, value: valueAt(one, label) }))]);
  const most = Math.max(1, ...rows.flatMap(([, values]) => values.map(({ value }) => value)));
  const names = segments ? ["Value"] : series.map(({ name }) => name);
  return h(
    "div.table-room.chart",
    { tabindex: "0", role: "group", "aria-label": block.title },
    h(
      "table",
      {},
      h("caption", { dir: "auto" }, block.title),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, axes?.x_label ?? ""), names.map((name) => h("th", { scope: "col", dir: "auto" }, name)))),
      h("tbody", {}, rows.map(([label, values]) => h("tr", {}, h("th", { scope: "row", dir: "auto" }, label), values.map(({ value }, at) => h("td", {}, bar(value, most, at), value.toLocaleString("en")))))),
    ),
  );
}

function valueAt(series, label) {
  return series.data.find((point) => point.label === label)?.value ?? 0;
}

function bar(value, most, at) {
  const drawn = h(`span.chart-bar.of-${at % 3}`, { "aria-hidden": "true" });
  drawn.style.inlineSize = `${(6 * value) / most}rem`;
  return drawn;
}
