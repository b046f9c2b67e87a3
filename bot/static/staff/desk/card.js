// What lies beside the conversation: in short, feelings, promises, the customer, the moments with their reasons.
import { dateTime, day, short } from "../dates.js";
import { locale } from "../boot.js";
import { el, fill, icon } from "../dom.js";
import { t } from "../labels.js";
import * as acts from "./acts.js";
import { isMine, on, rowOf, state } from "./store.js";
import { actName, channelName, curve, factName, factValue, issueName, matterName, mood, nameOf, needName, nextStep, optionName, promiseName, reasonOf, stepName } from "./words.js";

const money = (amount, currency) => new Intl.NumberFormat(locale, { style: "currency", currency: currency || "CNY" }).format(Number(amount));
const COLOURS = { red: "short", yellow: "warm", blue: "factual", green: "steady" };

class Card extends HTMLElement {
  connectedCallback() {
    if (this.begun) return;
    this.begun = true;
    on("open", () => this.show());
    on("card", () => this.show());
    this.show();
  }

  show() {
    const card = state.open?.card;
    this.hidden = !card;
    if (!card) return;
    const openMoments = this.querySelector("details.moments")?.open ?? false;
    const why = new Set([...this.querySelectorAll("details.because[open]")].map((node) => node.dataset.turn));
    const scroll = this.scrollTop;
    fill(this,
      el("header", { class: "card-head" }, el("h2", {}, t("desk.about")), el("button", { type: "button", class: "tool", "aria-label": t("desk.hide_card"), onclick: () => document.body.classList.remove("shows-card") }, icon("close"))),
      this.brief(card), this.feelings(card), this.promises(card), this.customer(card), this.moments(card, openMoments, why));
    this.scrollTop = scroll;
  }

  section(title, ...children) { return el("section", {}, el("h3", {}, title), ...children); }

  /** The words in which feelings ran highest say more than the last ones before people came, often a mere "a person!". */
  telling({ brief, moments }) {
    const heard = moments.filter((moment) => moment.speaker && state.open.messages.get(moment.seq)?.text);
    const hottest = heard.reduce((most, moment) => (moment.heat > (most?.heat ?? 0) ? moment : most), null);
    return hottest ? state.open.messages.get(hottest.seq).text : brief.last_words;
  }

  brief(card) {
    const { brief, now, handover } = card, telling = this.telling(card);
    const issue = issueName(now.issue || brief.issue);
    const row = rowOf(state.open.id);
    const list = (label, values) => values?.length > 0 && [el("dt", {}, label), el("dd", {}, values.join(" · "))];
    const facts = Object.entries(now.facts ?? {}).map(([name, value]) => `${factName(name)}: ${factValue(name, value)}`);
    const done = now.done.map(optionName), offered = now.offered.filter((each) => !now.done.includes(each)).map(optionName);
    const step = nextStep(brief.next_step);
    return this.section(t("desk.brief"),
      el("p", { class: "need" }, [issue, row && reasonOf(row)].filter(Boolean).join(" · ")),
      step && handover && handover.status !== "closed" && el("p", { class: "next" }, el("b", {}, t("desk.next_step")), el("span", {}, step)),
      telling && el("blockquote", { dir: "auto" }, telling),
      el("dl", {}, list(t("desk.wants"), now.needs.map(needName)), list(t("desk.known"), facts), list(t("desk.done"), done), list(t("desk.offered"), offered), list(t("desk.declined"), now.refused.map(optionName)), list(t("desk.parked"), (brief.parked ?? []).map(issueName)), brief.note && list(t("desk.earlier_note"), [brief.note])));
  }

  feelings({ now, moments }) {
    const heard = moments.filter((moment) => moment.speaker);
    if (!heard.length) return this.section(t("desk.feelings"), el("p", { class: "none" }, t("desk.no_feelings")));
    const heats = heard.map((moment) => moment.heat), last = heard.at(-1);
    const label = t("desk.feelings_text", { from: heats[0], to: heats.at(-1) });
    return this.section(t("desk.feelings"), el("div", { class: "big-curve" }, curve(heats, { width: 280, height: 64, label })),
      el("p", { class: "row" }, mood(last), el("span", { class: "meta numbers" }, `${t("desk.heat")} ${now.heat} / 30`)));
  }

  promises({ promises }) {
    const mine = isMine(rowOf(state.open.id));
    const late = (promise) => Date.parse(promise.told_due_at) < Date.now();
    return this.section(t("desk.promises"),
      promises.length ? el("ul", { class: "promises" }, promises.map((promise) => el("li", { class: late(promise) ? "late" : "" },
        el("span", {}, promiseName(promise), el("small", { class: "numbers" }, t(late(promise) ? "desk.late" : "desk.due", { time: dateTime(promise.told_due_at) }))),
        el("button", { type: "button", class: "button small", onclick: () => acts.kept(promise.id) }, icon("check"), t("desk.promise_kept"))))) : el("p", { class: "none" }, t("desk.no_promises")),
      mine && el("button", { type: "button", class: "link", onclick: () => acts.promise(state.open.id) }, icon("plus"), t("desk.record_promise")));
  }

  customer({ customer, orders, now }) {
    const style = this.styleOf(now.style);
    const spent = rowOf(state.open.id)?.value;
    return this.section(t("desk.customer"),
      el("p", { class: "row" }, el("b", {}, nameOf({ customer: customer.name, customer_id: customer.id })), el("span", { class: customer.verified ? "mark-good" : "mark-plain" }, t(customer.verified ? "desk.verified" : "desk.unverified"))),
      el("dl", {},
        spent > 0 && [el("dt", {}, t("desk.spent")), el("dd", {}, money(spent, orders[0]?.currency))],
        [el("dt", {}, t("desk.channels")), el("dd", {}, `${customer.channels.map(channelName).join(t("desk.between"))} · ${t("desk.since", { time: day(customer.since) })}`)],
        customer.unreachable_at && [el("dt", {}, t("desk.unreachable")), el("dd", {}, t("desk.unreachable_since", { time: day(customer.unreachable_at) }))],
        [el("dt", {}, t("desk.style")), el("dd", {}, t(`desk.style_name.${style}`))],
        [el("dt", {}, t("desk.consent")), el("dd", {}, t(customer.contact_stopped_at ? "desk.consent_stopped" : "desk.consent_ok"))]),
      el("h4", {}, t("desk.orders")),
      orders.length ? el("ul", { class: "orders" }, orders.map((order) => el("li", {}, el("span", {}, el("b", {}, order.item || order.number), el("small", { class: "numbers" }, `${order.number} · ${order.placed}`)), el("span", { class: "order-end" }, el("span", {}, this.orderStatus(order.status)), order.amount && el("small", { class: "numbers" }, money(order.amount, order.currency)))))) : el("p", { class: "none" }, t("desk.no_orders")));
  }

  orderStatus(status) { return t(`desk.order.${status}`); }

  styleOf(scores) {
    const [[first, most] = ["", 0], [, second] = ["", 0]] = Object.entries(scores).filter(([name]) => COLOURS[name]).sort(([, a], [, b]) => b - a);
    return most >= 30 && most - second >= 10 ? COLOURS[first] : "";
  }

  /** `why`: the turns whose reasons are shown now. */
  moments({ moments }, open, why) {
    return el("section", {}, el("details", { class: "moments", open }, el("summary", {}, `${t("desk.moments")} (${moments.length})`),
      moments.length ? el("ol", {}, [...moments].reverse().map((moment) => el("li", {},
        el("p", { class: "row" }, mood(moment), el("span", { class: "meta numbers" }, `${short(moment.at)} · ${t("desk.heat")} ${moment.heat} · ${stepName(moment.stage)}`)),
        el("p", {}, `${matterName(moment.touchpoint)}${moment.acts.length ? ` → ${moment.acts.map(actName).join(t("desk.between"))}` : ""}`),
        moment.reasons.length > 0 && el("details", { class: "because", "data-turn": moment.turn, open: why.has(moment.turn) }, el("summary", {}, t("desk.because")), el("ul", {}, moment.reasons.map((reason) => el("li", {}, reason)))))) ) : el("p", { class: "none" }, t("desk.moments_none"))));
  }
}

customElements.define("kairos-card", Card);
