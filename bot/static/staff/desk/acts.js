// What a member of staff does with the open conversation. Each asks what it must know first.
import { post } from "../api.js";
import { may } from "../boot.js";
import { el } from "../dom.js";
import { t } from "../labels.js";
import { ask, complain, toast } from "../notices.js";
import { rowOf, state, tookOver } from "./store.js";
import { nameOf, stepName } from "./words.js";

const at = (id, what) => `/desk/api/conversations/${id}/${what}`;

async function attempt(run, done = "") {
  try {
    const told = await run();
    if (done) toast(done);
    return told ?? true;
  } catch (error) {
    complain(error);
    return null;
  }
}

export async function take(id) {
  const done = await attempt(() => post(at(id, "take")), t("desk.taken_toast", { name: nameOf(rowOf(id)) }));
  if (done) tookOver(id);
  return done;
}

const area = (name, label, options = {}) => el("label", { class: "field" }, el("span", {}, label), el("textarea", { name, rows: 3, maxlength: 2000, ...options }));

export async function handBack(id) {
  const told = await ask({ title: t("desk.hand_back_title"), text: t("desk.hand_back_text"), action: t("desk.hand_back"), fields: [area("text", t("desk.note_label"))] });
  return told && attempt(() => post(at(id, "hand-back"), told), t("desk.handed_back_toast"));
}

function colleagues(anyone, but = "") {
  const seats = [...state.seats].filter((seat) => seat.id !== but).sort((a, b) => (b.status === "here") - (a.status === "here") || a.load - b.load);
  return el("label", { class: "field" }, el("span", {}, t("desk.to_whom")), el("select", { name: "to" },
    el("option", { value: "" }, anyone),
    seats.map((seat) => el("option", { value: seat.id }, `${seat.name} · ${t(seat.status === "here" ? "desk.here" : "desk.away")} · ${t("desk.board.load", seat)}`))));
}

export async function transfer(id) {
  const told = await ask({ title: t("desk.transfer_title"), action: t("desk.transfer"), fields: [colleagues(t("desk.anyone"), rowOf(id)?.agent?.id), area("text", t("desk.transfer_note"))] });
  return told && attempt(() => post(at(id, "transfer"), told), t("desk.transferred_toast"));
}

export async function assign(id) {
  const told = await ask({ title: t("desk.assign_title"), action: t("desk.assign"), fields: [colleagues(t("desk.nobody_in_particular"))] });
  return told && attempt(() => post(at(id, "assign"), told));
}

export async function close(id) {
  const settled = state.open?.id === id && state.open.card?.steps.settled;
  const fields = settled ? [area("text", t("desk.note_label"))] : [area("override", t("desk.why_override"), { required: true, "aria-describedby": "why-hint" }), el("p", { class: "hint", id: "why-hint" }, t("desk.why_override_hint"))];
  const told = await ask({ title: t("desk.close_title"), text: t(settled ? "desk.close_settled" : "desk.close_unsettled"), action: t(settled ? "desk.close_matter" : "desk.close_anyway"), danger: !settled, fields });
  return told && attempt(() => post(at(id, "close"), told), t("desk.closed_toast"));
}

export async function whisper(id) {
  const told = await ask({ title: t("desk.whisper_title", { name: rowOf(id)?.agent?.name ?? "" }), text: t("desk.whisper_text"), action: t("desk.say_it"), fields: [area("text", t("desk.whisper"), { required: true })] });
  return told && attempt(() => post(at(id, "whisper"), told));
}

const local = (date) => new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);

/** Records a promise; what and when are filled in from the draft. */
export async function promise(id, what = "", due = null) {
  const when = due ? new Date(due) : new Date(Date.now() + 2 * 3600000);
  const told = await ask({
    title: t("desk.promise_title"), action: t("desk.record_promise"),
    fields: [area("what", t("desk.promise_what"), { required: true, value: what }),
      el("label", { class: "field" }, el("span", {}, t("desk.promise_due")), el("input", { type: "datetime-local", name: "due_at", required: true, value: local(when) }))],
  });
  return told && attempt(() => post(at(id, "promises"), { what: told.what, due_at: new Date(told.due_at).toISOString() }), t("desk.promise_recorded"));
}

export const kept = (promiseId) => attempt(() => post(`/desk/api/promises/${promiseId}/kept`));

/** A step would be skipped: think again, or say why. Resolves to the reason, or null. */
export async function override(skipped, id) {
  const [kind, missing = ""] = skipped.split(";")[0].split(":");
  const steps = missing.split(",").filter(Boolean).map(stepName).join(" + ");
  const text = kind === "offer_unheard" ? t("desk.skip_text", { name: nameOf(rowOf(id)), steps }) : t("desk.skip_close_text");
  const told = await ask({
    title: t("desk.skip_title"), text, action: t("desk.send_anyway"),
    fields: [area("override", t("desk.why_override"), { required: true, "aria-describedby": "why-hint" }), el("p", { class: "hint", id: "why-hint" }, t("desk.why_override_hint"))],
  });
  return told?.override?.trim() || null;
}

/** Sends; a step that would be skipped is asked about. True when it is on its way. */
export async function send(id, text, { confirm = false, files = [], key = crypto.randomUUID() } = {}) {
  const body = { id: key, text, confirm, files: files.map((file) => file.id) };
  try {
    await post(at(id, "send"), body);
    return true;
  } catch (error) {
    if (error.code !== "step_skipped") { complain(error); return false; }
    const why = await override(error.told.skipped, id);
    return why !== null && Boolean(await attempt(() => post(at(id, "send"), { ...body, override: why })));
  }
}

/** Brings a file that a reply will send; null when it is not taken. */
export function bring(id, file) {
  const form = new FormData();
  form.append("file", file, file.name);
  return attempt(() => post(at(id, "files"), form));
}

export const note = (id, text) => attempt(() => post(at(id, "notes"), { text }));
export const sendNow = (sendId) => attempt(() => post(`/desk/api/sends/${sendId}/now`));
export const undo = (sendId) => attempt(() => post(`/desk/api/sends/${sendId}/undo`), t("desk.undone"));
export const presence = (status) => attempt(() => post("/desk/api/presence", { status }));
export const restOver = () => attempt(() => post("/desk/api/rest-over"));
export const mayAssign = () => may("assign_others");
