// One conversation to be read: what was said, and beside each turn what was heard, decided and why.
import { del, get, post } from "../api.js";
import { data, who } from "../boot.js";
import { actName, channelName, curve, feeling, issueName, languageName, nameOf, needName, stepName, tone } from "../desk/words.js";
import { dateTime, day, time } from "../dates.js";
import { el, fill, icon } from "../dom.js";
import { has, t } from "../labels.js";
import { ask, complain, toast } from "../notices.js";
import { eitherName, handoverName, intentName, named } from "./words.js";

class LogReading extends HTMLElement {
  async connectedCallback() {
    this.head = el("header", { class: "page-head" });
    this.talk = el("ol", { class: "log-talk" });
    this.more = el("button", { type: "button", class: "button", hidden: true, onclick: () => this.load(this.next) }, t("log.reading.more"));
    this.beside = el("aside", { class: "log-beside stack" });
    this.comments = [];
    fill(this, el("div", { class: "page log-page" }, this.head, el("div", { class: "log-reading" }, el("div", { class: "stack" }, this.talk, this.more), this.beside)));
    await this.load(0);
    addEventListener("hashchange", () => this.jump());
  }

  async load(after) {
    try {
      const told = await get(`/log/api/conversations/${encodeURIComponent(data.id)}?after=${after}`);
      if (after === 0) { this.told = told; this.comments = told.comments; this.showHead(); this.showBeside(); }
      else this.told.moments.push(...told.moments);
      const moments = new Map(told.moments.map((moment) => [moment.seq, moment]));
      for (const message of told.messages) this.talk.append(...this.message(message, moments.get(message.seq)));
      this.next = told.more;
      this.more.hidden = !told.more;
      this.showComments();
      this.jump();
    } catch (error) {
      complain(error);
      if (!this.talk.firstChild) fill(this.head, el("div", {}, el("h1", {}, t("log.reading.title")), el("p", {}, error.text)));
    }
  }

  /** The message that the address names; further pages are loaded until it is there. */
  jump() {
    const node = location.hash && this.talk.querySelector(`[id="${CSS.escape(location.hash.slice(1))}"]`);
    if (node) { node.scrollIntoView({ block: "center" }); node.focus({ preventScroll: true }); }
    else if (/^#m\d+$/.test(location.hash) && this.next && Number(location.hash.slice(2)) > this.next) this.load(this.next);
  }

  showHead() {
    const told = this.told;
    fill(this.head, el("div", {},
      data.may_search && el("a", { href: "/log", class: "link" }, icon("back"), t("log.reading.back")),
      el("h1", {}, nameOf(told)),
      el("p", {}, [channelName(told.channel), languageName(told.locale), t("log.reading.at", { from: dateTime(told.at), to: dateTime(told.updated_at) }), named("owner")(told.owner)].join(" · "))),
      el("div", { class: "row" },
        el("button", { type: "button", class: "button", onclick: () => this.comment(null) }, icon("note"), t("log.reading.comment_here")),
        el("button", { type: "button", class: "button", onclick: () => this.share() }, icon("link"), t("log.copy_link"))));
  }

  async share() {
    try { await navigator.clipboard.writeText(location.href); toast(t("log.link_copied")); } catch { toast(location.href, { seconds: 20 }); }
  }

  message(message, moment) {
    const nodes = [];
    if (day(message.at) !== this.dayBefore) { this.dayBefore = day(message.at); nodes.push(el("li", { class: "day" }, this.dayBefore)); }
    const by = message.author === "agent" ? message.name || named("author")("agent") : message.author === "customer" ? nameOf(this.told) : named("author")(message.author);
    const files = (message.attachments ?? []).map((file) => el("span", { class: "tag" }, icon("attach"), file.name || t("log.reading.file")));
    const notes = [time(message.at), message.tapped && t("log.reading.tapped"), message.edited_at && t("log.reading.edited")].filter(Boolean).join(" · ");
    nodes.push(el("li", { id: `m${message.seq}`, class: `log-said ${message.author}`, tabindex: -1 },
      el("p", { class: "log-by" }, el("strong", {}, by), el("a", { class: "meta", href: `#m${message.seq}`, title: t("log.reading.jump", { n: message.seq }) }, `#${message.seq}`), el("span", { class: "meta" }, notes),
        el("button", { type: "button", class: "icon-button small", "aria-label": t("log.reading.comment_on", { n: message.seq }), onclick: () => this.comment(message.seq) }, icon("note"))),
      message.text && el("p", { class: "log-text", dir: "auto" }, message.text), files,
      message.choices?.length > 0 && el("ul", { class: "choices" }, message.choices.map((choice) => el("li", {}, choice.title))),
      moment && this.moment(moment),
      el("ul", { class: "log-comments", "data-seq": message.seq })));
    return nodes;
  }

  moment(m) {
    const line = (label, ...what) => what.filter(Boolean).length > 0 && [el("dt", {}, label), el("dd", {}, ...what)];
    const heard = m.heard ?? {};
    const sure = heard.confidence == null ? null : el("span", { class: heard.unsure ? "tag warm" : "tag" }, heard.unsure ? t("log.reading.unsure") : t("log.reading.sure", { n: Math.round(heard.confidence * 100) }));
    const flags = ["safety", "repeat"].filter((flag) => heard[flag]).map((flag) => el("span", { class: flag === "safety" ? "tag hot" : "tag" }, named("flag")(flag)));
    const felt = m.emotion_after && t("log.reading.after", { feeling: feeling(m.emotion_after, m.intensity_after) });
    return el("details", { class: "log-moment" },
      el("summary", {}, el("span", {}, intentName(m.touchpoint)), sure, el("span", { class: `feel ${tone(m.heat)}` }, feeling(m.emotion, m.intensity)), flags, el("span", { class: "visually-hidden" }, t("log.reading.show"))),
      el("dl", {},
        line(t("log.reading.heard"), intentName(heard.intent ?? m.touchpoint), heard.runner_up && ` (${t("log.reading.or", { intent: intentName(heard.runner_up) })})`),
        line(t("log.reading.feeling"), [feeling(m.emotion, m.intensity), felt].filter(Boolean).join(" · ")),
        line(t("log.field.kind"), named("kind")(m.kind), m.issue && ` · ${eitherName(m.issue)}`),
        line(t("log.reading.acts"), t("log.reading.where", { stage: stepName(m.stage), heat: m.heat }), m.conflict !== "none" && ` · ${stepName(m.conflict)}`),
        m.acts.length > 0 && line(t("log.reading.said"), m.acts.map((act) => actName(act.name)).join(", ")),
        m.wording.length > 0 && line(t("log.reading.wording"), el("code", {}, m.wording.join(" "))),
        ((heard.needs?.length ?? 0) + (heard.entities?.length ?? 0)) > 0 && line(t("log.reading.details"), [...(heard.needs ?? []).map(needName), ...(heard.entities ?? []).map((each) => `${has(`desk.fact.${each.kind}`) ? t(`desk.fact.${each.kind}`) : each.kind}: ${each.text}`)].join(" · ")),
        m.reasons.length > 0 && line(t("log.reading.because"), el("ul", {}, m.reasons.map((reason) => el("li", {}, String(reason))))),
        line(t("log.reading.outcome"), [named("speaker")(m.speaker), t("log.reading.seconds", { n: m.seconds }), named("outcome")(m.outcome), named("expectation")(m.expectation)].join(" · "))),
      data.may_correct && el("button", { type: "button", class: "button small", onclick: (event) => this.correct(m, event.target) }, t("log.reading.correct")));
  }

  async correct(moment, button) {
    try { await post("/learning/api/review/add", { turn: moment.turn }); button.disabled = true; toast(t("log.reading.corrected")); } catch (error) { complain(error); }
  }

  showBeside() {
    const told = this.told;
    const heats = told.moments.map((moment) => moment.heat);
    const none = el("p", { class: "hint" }, t("log.reading.none"));
    fill(this.beside,
      heats.length > 1 && el("section", { class: "panel block big-curve" }, el("h2", {}, t("desk.feelings")), curve(heats, { width: 240, height: 60, label: t("desk.feelings") })),
      el("section", { class: "panel block" }, el("h2", {}, t("log.reading.handovers")), told.handovers.length ? el("ul", {}, told.handovers.map((each) => el("li", {}, handoverName(each.reason), el("span", { class: "meta" }, ` ${[each.agent, dateTime(each.at)].filter(Boolean).join(" · ")}`)))) : none),
      el("section", { class: "panel block" }, el("h2", {}, t("log.reading.promises")), told.promises.length ? el("ul", {}, told.promises.map((each) => el("li", {}, each.what || eitherName(each.issue), " ", el("span", { class: each.status === "kept" ? "tag good" : "tag" }, has(`log.reading.promise.${each.status}`) ? t(`log.reading.promise.${each.status}`) : each.status)))) : none.cloneNode(true)),
      el("section", { class: "panel block", "aria-label": t("log.reading.comments") }, el("h2", {}, t("log.reading.comments")), this.ofAll = el("ul", { class: "log-comments" })));
  }

  showComments() {
    const show = (list, comments) => fill(list, comments.map((each) => el("li", {}, el("p", {}, el("strong", {}, each.by), el("span", { class: "meta" }, ` ${dateTime(each.at)}`),
      (each.by_id === who.id || who.role === "administrator") && el("button", { type: "button", class: "icon-button small", "aria-label": t("log.reading.remove_comment"), onclick: () => this.uncomment(each) }, icon("close"))), el("p", { class: "log-text", dir: "auto" }, each.text))));
    const ofAll = this.comments.filter((each) => each.seq === null);
    show(this.ofAll, ofAll);
    if (!ofAll.length) fill(this.ofAll, el("li", { class: "hint" }, t("log.reading.comment_none")));
    for (const list of this.talk.querySelectorAll(".log-comments")) show(list, this.comments.filter((each) => each.seq === Number(list.dataset.seq)));
  }

  async comment(seq) {
    const given = await ask({ title: seq ? t("log.reading.comment_on", { n: seq }) : t("log.reading.comment_here"), action: t("log.reading.comment"),
      fields: [el("label", { class: "field" }, el("span", {}, t("log.reading.comment_text")), el("textarea", { name: "text", required: true, maxlength: 4000 }))] });
    if (!given) return;
    try { this.comments = (await post(`/log/api/conversations/${data.id}/comments`, { text: given.text, seq })).comments; this.showComments(); } catch (error) { complain(error); }
  }

  async uncomment(comment) {
    try { this.comments = (await del(`/log/api/comments/${comment.id}`)).comments; this.showComments(); } catch (error) { complain(error); }
  }
}
customElements.define("kairos-log-reading", LogReading);
