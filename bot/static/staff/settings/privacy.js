// How long what is kept; what is known of a person, handed over or erased; the proofs.
import { get, post, put } from "../api.js";
import { who } from "../boot.js";
import { dateTime, day } from "../dates.js";
import { el, fill, icon } from "../dom.js";
import { t } from "../labels.js";
import { ask, complain, toast } from "../notices.js";

const API = "/settings/api/privacy";
const KINDS = ["files", "words", "conversations", "reviews", "exports"];
const pairs = (counts) => Object.entries(counts).map(([name, n]) => `${name} ${n}`).join(" · ");

class Privacy extends HTMLElement {
  async connectedCallback() {
    this.days = el("section", { class: "panel block" });
    this.found = el("ul", { class: "panel people", hidden: true });
    this.q = el("input", { id: "person-q", name: "q", type: "search", maxlength: 120, required: true, autocomplete: "off" });
    this.proofs = el("div", { class: "stack" });
    fill(this, el("div", { class: "stack" }, this.days,
      el("section", { class: "panel block" }, el("h2", {}, t("settings.privacy.person")), el("p", { class: "hint" }, t("settings.privacy.person_text")),
        el("form", { role: "search", class: "secret", onsubmit: (event) => { event.preventDefault(); this.find(); } },
          el("label", { for: "person-q", class: "visually-hidden" }, t("settings.privacy.person")), this.q, el("button", { class: "button primary" }, icon("search"), t("settings.privacy.find")))),
      this.found, el("section", { class: "stack", "aria-label": t("settings.privacy.proofs") }, el("h2", {}, t("settings.privacy.proofs")), this.proofs)));
    try { this.show(await get(API)); } catch (error) { complain(error); }
  }

  show(told) {
    fill(this.days, el("h2", {}, t("settings.privacy.keep")), el("p", { class: "hint" }, t("settings.privacy.keep_text")),
      el("form", { onsubmit: (event) => { event.preventDefault(); this.save(event.target); } },
        KINDS.map((kind) => el("div", { class: "number" }, el("label", { for: `days-${kind}` }, t(`settings.privacy.kind.${kind}.name`)), el("p", { id: `days-${kind}-hint` }, t(`settings.privacy.kind.${kind}.hint`)),
          el("div", { class: "value" }, el("span", {}, el("input", { id: `days-${kind}`, name: kind, type: "number", min: told.least, max: told.most, step: 1, value: told.days[kind] ?? "", "aria-describedby": `days-${kind}-hint` }), el("span", { class: "unit" }, t("settings.privacy.days"))),
            el("small", {}, t("settings.privacy.for_ever"))))),
        el("div", { class: "bar" }, el("button", { type: "button", class: "button danger", onclick: () => this.letGo() }, t("settings.privacy.let_go")), el("button", { class: "button primary" }, t("shell.save")))));
    const proofs = told.proofs;
    fill(this.proofs, proofs.length === 0 ? el("p", { class: "hint" }, t("settings.privacy.proofs_none")) : [
      el("p", { class: told.chain_holds ? "notice good" : "notice bad" }, t(`settings.privacy.chain.${told.chain_holds}`)),
      el("ul", { class: "panel keys" }, proofs.map((proof) => el("li", {}, el("div", { class: "about" },
        el("strong", {}, `${proof.customer.slice(0, 8)} · ${dateTime(proof.at)} · ${proof.by}`), el("small", {}, proof.reason),
        el("small", {}, `${pairs(proof.removed)} · ${t("settings.privacy.files", { n: proof.files })} · ${t("settings.privacy.remaining", { n: proof.remaining })}`),
        proof.exports.length > 0 && el("small", {}, t("settings.privacy.exports", { what: proof.exports.map((each) => `${each.by} ${dateTime(each.at)} (${each.form})`).join(" · ") })),
        proof.versions.length > 0 && el("small", {}, t("settings.privacy.versions", { what: proof.versions.map((n) => `v${n}`).join(" ") })),
        proof.applied > 1 && el("small", {}, t("settings.privacy.again", { n: proof.applied, when: dateTime(proof.applied_at) })),
        el("small", {}, el("code", {}, proof.digest))))))]);
  }

  async save(form) {
    const days = Object.fromEntries([...new FormData(form)].map(([kind, value]) => [kind, value === "" ? null : Number(value)]));
    try { this.show(await put(`${API}/days`, { days })); toast(t("shell.saved")); } catch (error) { complain(error); }
  }

  async letGo() {
    if (!(await ask({ title: t("settings.privacy.let_go_title"), text: t("settings.privacy.let_go_text"), action: t("settings.privacy.let_go"), danger: true }))) return;
    try {
      const told = await post(`${API}/let-go`);
      this.show(told);
      const what = Object.entries(told.let_go).map(([kind, n]) => `${t(`settings.privacy.kind.${kind}.name`)} ${n}`).join(" · ");
      toast(what ? t("settings.privacy.gone", { what }) : t("settings.privacy.gone_none"));
    } catch (error) { complain(error); }
  }

  async find() {
    try {
      const { persons } = await get(`${API}/persons?q=${encodeURIComponent(this.q.value)}`);
      this.found.hidden = false;
      fill(this.found, persons.length === 0 ? el("li", {}, t("settings.privacy.found_none")) : persons.map((person) => this.row(person)));
    } catch (error) { complain(error); }
  }

  row(person) {
    const name = person.name || person.id.slice(0, 8);
    return el("li", {}, el("span", { class: "about" }, el("strong", {}, name), el("small", {}, [person.id.slice(0, 8), ...person.accounts, t("settings.privacy.conversations", { n: person.conversations }), person.last && t("settings.privacy.last", { when: day(person.last) })].filter(Boolean).join(" · "))),
      el("button", { type: "button", class: "button small", onclick: () => this.handOver(person) }, icon("down"), t("settings.privacy.hand_over")),
      el("button", { type: "button", class: "button small danger", onclick: () => this.erase(person, name) }, t("settings.privacy.erase")));
  }

  async handOver(person) {
    const answer = await fetch(`${API}/persons/${person.id}/export`, { method: "POST", headers: { "X-CSRF-Token": who.csrf } }).catch(() => null);
    if (!answer?.ok) { complain(await answer?.json().catch(() => ({})) ?? {}); return; }
    const link = el("a", { href: URL.createObjectURL(await answer.blob()), download: `person-${person.id.slice(0, 8)}.zip` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  async erase(person, name) {
    try {
      const known = await get(`${API}/persons/${person.id}`), word = person.id.slice(0, 8);
      const given = await ask({ title: t("settings.privacy.erase_title", { name }), text: t("settings.privacy.erase_text"), action: t("settings.privacy.erase"), danger: true, fields: [
        el("p", { class: "hint" }, t("settings.privacy.known", { what: pairs(known.rows) })),
        el("label", { class: "field" }, el("span", {}, t("settings.privacy.reason")), el("input", { name: "reason", required: true, maxlength: 400 })),
        el("label", { class: "field" }, el("span", {}, t("settings.privacy.confirm", { word })), el("input", { name: "confirm", required: true, autocomplete: "off", autocapitalize: "none", spellcheck: "false" }))] });
      if (!given) return;
      this.show(await post(`${API}/persons/${person.id}/erase`, given));
      this.found.hidden = true;
      toast(t("settings.privacy.erased"));
    } catch (error) { complain(error); }
  }
}
customElements.define("kairos-privacy", Privacy);
