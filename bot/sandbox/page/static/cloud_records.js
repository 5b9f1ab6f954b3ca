// The calls to the cloud, each with what was signed.

import { h } from "./dom.js";
import { json, RecordList, titled, when } from "./records.js";

export function cloudRecords(state) {
  const list = new RecordList("The bot has not called the cloud yet.", line, detail);
  state.on("forget", () => list.clear());
  state.on("calls", (calls) => list.add(calls));
  return list;
}

function line(call) {
  const isGood = call.status !== null && call.status < 300 && !call.fault;
  const status = call.status ?? "no answer";
  return [
    when(call.at),
    h("span.record-name", {}, `${call.method} ${call.operation ?? call.path}`),
    h(`span.outcome.${isGood ? "good" : "bad"}`, {}, call.fault ? `${status}, ${call.fault}` : String(status)),
  ];
}

function detail(call) {
  const query = call.query.map(([name, value]) => `${name}=${value}`).join("&");
  const headers = call.headers.map(([name, value]) => `${name}: ${value}`).join("\n");
  return [
    ...titled("Request", json(`${call.method} ${call.path}${query ? `?${query}` : ""}\n${headers}`)),
    ...(call.body ? titled("Body", json(pretty(call.body))) : []),
    ...titled(`Canonical request: ${call.verdict}`, json(call.canonical_request || "none")),
    ...titled(`Answer ${call.status ?? ""}`, json(call.answer === null || call.answer === undefined ? "none" : pretty(call.answer))),
  ];
}

function pretty(body) {
  if (typeof body !== "string") return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
