// What passed between Slack and the bot.

import { h } from "./dom.js";
import { json, RecordList, titled, when } from "./records.js";

const LATE_S = 3;

export function slackRecords(state) {
  const acks = new Map();
  const list = new RecordList("Nothing has passed between Slack and the bot yet.", (entry) => line(entry, acks), (entry) => detail(entry, acks));
  state.on("forget", () => {
    acks.clear();
    list.clear();
  });
  state.on("records", (records) => {
    const answered = records.filter(({ kind }) => kind === "ack");
    for (const ack of answered) acks.set(ack.facts.envelope_id, ack);
    list.add(records.filter(({ kind }) => kind !== "ack").map((record) => ({ ...record, key: record.facts.envelope?.envelope_id })));
    for (const ack of answered) list.renew(ack.facts.envelope_id);
  });
  return list;
}

function line(record, acks) {
  const [arrow, words] = { envelope: ["→", "to the bot"], call: ["←", "from the bot"], response_url: ["←", "from the bot"] }[record.kind] ?? ["·", record.kind];
  return [
    when(record.at),
    h("span.arrow", { title: words, "aria-label": words, role: "img" }, arrow),
    h("span.record-name", {}, nameOf(record)),
    h(`span.outcome.${mood(record, acks)}`, {}, outcome(record, acks)),
  ];
}

function nameOf({ kind, name, facts }) {
  if (kind !== "envelope") return kind === "call" ? name : `${kind.replace("_", " ")}: ${name}`;
  const payload = facts.envelope?.payload ?? {};
  const inner = payload.command ?? payload.event?.type ?? payload.type ?? "";
  const action = payload.actions?.[0]?.action_id ?? payload.view?.callback_id ?? payload.callback_id ?? "";
  return [inner || name, action].filter(Boolean).join(" · ");
}

function outcome(record, acks) {
  if (record.kind === "envelope") {
    const ack = acks.get(record.facts.envelope?.envelope_id);
    return ack ? `ack ${milliseconds(ack.seconds)}` : "no ack";
  }
  const answer = record.facts.answer;
  if (!answer) return record.facts.error ?? "";
  return answer.ok === false ? answer.error : "ok";
}

function mood(record, acks) {
  if (record.kind === "trouble") return "bad";
  if (record.kind !== "envelope") return record.facts.answer?.ok === false ? "bad" : "good";
  const ack = acks.get(record.facts.envelope?.envelope_id);
  return ack && ack.seconds < LATE_S ? "good" : "bad";
}

function milliseconds(seconds) {
  const value = seconds * 1000;
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString("en")} ms`;
}

function detail(record, acks) {
  const { envelope, arguments: given, answer, ...rest } = record.facts;
  const ack = acks.get(envelope?.envelope_id);
  return [
    ...(envelope ? titled("Envelope", json(envelope)) : []),
    ...(ack ? titled("Acknowledgement", json(ack.facts.payload ?? "empty")) : []),
    ...(given ? titled("Arguments", json(given)) : []),
    ...(answer ? titled("Answer", json(answer)) : []),
    ...(Object.keys(rest).length ? titled("Facts", json(rest)) : []),
  ];
}
