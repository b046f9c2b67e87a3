// Words for what the server tells in codes, and small pictures of feelings.
import { data, locale } from "../boot.js";
import { el } from "../dom.js";
import { has, t } from "../labels.js";

const money = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });

/** Who it is; visitors who gave no name are told apart by the beginning of their number. */
export const nameOf = (row) => row?.customer || [t("desk.nameless"), row?.customer_id?.slice(0, 4).toUpperCase()].filter(Boolean).join(" ");

/** "very angry", "a little anxious". */
export function feeling(emotion, intensity) {
  const name = t(`desk.emotion.${emotion}`);
  return intensity ? t(`desk.intensity.${intensity}`, { emotion: name }) : name;
}

let tones = { hot: 18, warm: 10 };
/** The shop's own thresholds: those of the conflict steps. */
export const setTones = (numbers) => { tones = numbers; };
export const tone = (heat) => (heat >= tones.hot ? "hot" : heat >= tones.warm ? "warm" : "calm");

/** The feeling now, in words and a tone: calm is calm, whatever is left of the heat that the curve shows. */
export const mood = ({ emotion, intensity, heat }) => el("span", { class: `feel ${intensity ? tone(heat) : "calm"}` }, feeling(emotion, intensity));

const GRAVE = new Set(["safety", "threat", "abuse"]);
/** True for those reasons that come before every feeling. */
export const isGrave = (row) => GRAVE.has(row.reason);

export const reasonOf = (row) => (has(`desk.handover.${row.reason}`) ? t(`desk.handover.${row.reason}`) : "");

/** What the customer has spent, beside their language; nothing when it is not known. */
export const spentOf = (row) => row.value > 0 && el("span", { class: "lang numbers" }, `${t("desk.spent")} ${money.format(row.value)}`);

/** One reason for the place in the queue. */
export function urgent({ code, ...figures }) {
  if (code.startsWith("reason.")) return t(`desk.handover.${code.slice(7)}`);
  return t(`desk.urgent.${code}`, { ...figures, value: money.format(figures.value ?? 0) });
}

const named = (area) => (code) => (has(`desk.${area}.${code}`) ? t(`desk.${area}.${code}`) : String(code));
export const actName = named("act");
export const needName = named("needs");
export const stepName = named("step");
export const channelName = named("channel");
export const factName = named("fact");
/** What a fact says: a wish is one of the needs, some have words of their own, the others are the customer's. */
export const factValue = (name, value) => { const key = name === "wish" ? `desk.needs.${value}` : `desk.fact_value.${name}.${value}`; return has(key) ? t(key) : value; };
export const languageName = named("language");
export const issueName = (issue) => data?.issues?.[issue] ?? "";
/** What a turn was about: an issue of the shop, or else what was heard. */
export const matterName = (code) => issueName(code) || (has(`hearing.intent.${code}`) ? t(`hearing.intent.${code}`) : code);
export const optionName = (option) => data?.options?.[option] ?? option;
/** What was promised, in words: those of the person who did, or the name of what the bot promised. */
export const promiseName = ({ what, key }) => what || (data?.promises?.[key] ?? key);

export function nextStep(code) {
  if (!code) return "";
  const [kind, what] = code.split(":");
  return what ? t(`desk.next.${kind}`, { what: factName(what) }) : named("next")(kind);
}

const SVG = "http://www.w3.org/2000/svg";
const draw = (tag, attributes) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
};

/** The heat (0-30) over the last turns as a small curve. Words say the same beside it. */
export function curve(heats, { width = 56, height = 22, label = "" } = {}) {
  const values = heats.length ? heats : [0];
  const x = (i) => (values.length === 1 ? width - 4 : 3 + (i * (width - 7)) / (values.length - 1));
  const y = (heat) => height - 3 - (heat * (height - 6)) / 30;
  const points = values.map((heat, i) => [x(i), y(heat)]);
  const line = values.length === 1 ? [[3, y(values[0])], ...points] : points;
  const last = values.at(-1);
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: `curve ${tone(last)}`, width, height });
  if (label) { svg.setAttribute("role", "img"); svg.setAttribute("aria-label", label); } else svg.setAttribute("aria-hidden", "true");
  const under = `${line.map((p) => p.map((n) => n.toFixed(1)).join(" ")).join("L")}L${x(values.length - 1).toFixed(1)} ${height}L3 ${height}Z`;
  svg.append(
    draw("path", { d: `M${under}`, class: "curve-area" }),
    draw("line", { x1: 0, x2: width, y1: y(tones.hot), y2: y(tones.hot), class: "curve-mark" }),
    draw("path", { d: `M${line.map((p) => p.map((n) => n.toFixed(1)).join(" ")).join("L")}`, class: "curve-line" }),
    draw("circle", { cx: points.at(-1)[0], cy: points.at(-1)[1], r: 2.6, class: "curve-dot" }),
  );
  return svg;
}

/** A name's first letter in a circle; the colour only tells people apart. */
export function face(name, id = name) {
  let sum = 0;
  for (const c of id) sum = (sum * 31 + c.codePointAt(0)) % 997;
  return el("span", { class: "avatar", "data-tone": sum % 4, "aria-hidden": "true" }, [...name][0] ?? "?");
}
