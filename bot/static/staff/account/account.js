// One's own account: name, password, second factor, where one is signed in.
import { get, post, put, renewToken } from "../api.js";
import { who } from "../boot.js";
import { short } from "../dates.js";
import { el, fill } from "../dom.js";
import { t } from "../labels.js";
import { ask, complain, toast } from "../notices.js";

const BROWSERS = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]];
const SYSTEMS = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["Linux", "Linux"]];

function browserName(agent) {
  const found = (list) => list.find(([mark]) => agent.includes(mark))?.[1];
  return [found(BROWSERS), found(SYSTEMS)].filter(Boolean).join(" · ") || t("account.unknown_browser");
}

const field = (label, attributes) => el("label", { class: "field" }, el("span", {}, label), el("input", { required: true, ...attributes }));
const section = (id, ...children) => el("section", { class: "panel block", "aria-labelledby": id }, el("h2", { id }, t(`account.${id}`)), children);

class Account extends HTMLElement {
  async connectedCallback() {
    await this.try(async () => this.show(await get("/staff/api/account")));
  }

  async try(work) {
    try { return await work(); } catch (error) { complain(error); return null; }
  }

  show(told) {
    fill(this, el("div", { class: "page" },
      el("header", { class: "page-head" }, el("div", {}, el("h1", {}, t("account.title")), el("p", {}, t("account.login", { login: told.login })))),
      this.nameForm(told), told.has_password && this.passwordForm(), told.has_password && this.code(told), this.sessions(told)));
  }

  nameForm(told) {
    const submit = async (event) => {
      event.preventDefault();
      const name = new FormData(event.target).get("name");
      if (await this.try(() => put("/staff/api/account", { name }))) toast(t("shell.saved"));
    };
    return section("name", el("form", { onsubmit: submit },
      el("input", { name: "name", value: told.name, maxlength: 80, required: true, autocomplete: "name", "aria-labelledby": "name" }),
      el("button", { class: "button end" }, t("shell.save"))));
  }

  passwordForm() {
    const submit = async (event) => {
      event.preventDefault();
      const data = Object.fromEntries(new FormData(event.target));
      if (data.new !== data.again) { toast(t("account.differs"), { bad: true }); return; }
      const answer = await this.try(() => post("/staff/api/password", { password: data.password, new: data.new }));
      if (!answer) return;
      renewToken(answer.csrf);
      toast(t("account.changed"));
      this.show(await get("/staff/api/account"));
    };
    return section("password", el("p", {}, t("account.password_lead")), el("form", { onsubmit: submit },
      el("input", { name: "username", value: who.login, autocomplete: "username", hidden: true }),
      field(t("account.present"), { name: "password", type: "password", autocomplete: "current-password" }),
      field(t("account.new"), { name: "new", type: "password", autocomplete: "new-password", minlength: 10 }),
      field(t("account.again"), { name: "again", type: "password", autocomplete: "new-password" }),
      el("button", { class: "button end" }, t("account.change"))));
  }

  code(told) {
    return section("code",
      el("p", {}, told.has_code ? t("account.code_on", { n: told.recovery_left }) : t("account.code_off")),
      el("div", { class: "row" },
        el("button", { type: "button", class: "button", onclick: () => this.setUpCode() }, t("account.code_set")),
        told.has_code && el("button", { type: "button", class: "button danger", onclick: () => this.removeCode() }, t("account.code_remove"))));
  }

  askPassword(title) {
    return ask({ title, text: t("account.code_ask"), action: t("shell.set_up_go"), fields: [
      field(t("account.present"), { name: "password", type: "password", autocomplete: "current-password" })] });
  }

  async setUpCode() {
    const given = await this.askPassword(t("account.code"));
    const offer = given && await this.try(() => post("/staff/api/code/offer", given));
    if (!offer) return;
    const scan = el("div", { class: "scan" }, el("img", { src: offer.picture, alt: t("account.code_picture") }),
      el("p", {}, el("small", {}, t("account.code_key")), el("br"), el("code", {}, offer.secret.replace(/(.{4})/g, "$1 "))));
    const digits = field(t("account.code_digits"), { name: "code", class: "digits", inputmode: "numeric", autocomplete: "one-time-code", pattern: "[0-9 ]{6,7}" });
    for (;;) {
      const confirmed = await ask({ title: t("account.code"), text: t("account.code_scan"), action: t("account.code_confirm"), fields: [scan, digits] });
      if (!confirmed) return;
      const answer = await this.try(() => post("/staff/api/code/confirm", { ticket: offer.ticket, code: confirmed.code }));
      if (!answer) continue;
      renewToken(answer.csrf);
      toast(t("account.code_done"));
      await ask({ title: t("account.recovery"), text: t("account.recovery_lead"), action: t("account.recovery_kept"),
        fields: [el("ul", { class: "codes" }, answer.recovery_codes.map((code) => el("li", {}, code)))] });
      this.show(await get("/staff/api/account"));
      return;
    }
  }

  async removeCode() {
    const given = await this.askPassword(t("account.code_remove"));
    const answer = given && await this.try(() => post("/staff/api/code/remove", given));
    if (!answer) return;
    renewToken(answer.csrf);
    this.show(await get("/staff/api/account"));
  }

  sessions(told) {
    const end = async (id) => {
      const answer = await this.try(() => post(`/staff/api/sessions/${id}/end`));
      if (answer) this.show(answer);
    };
    const endAll = async () => {
      if (!(await ask({ title: t("account.sessions_end_all_title"), action: t("account.sessions_end_all"), danger: true }))) return;
      if (await this.try(() => post("/staff/api/sessions/end"))) location.assign("/staff/sign-in");
    };
    return section("sessions",
      el("ul", {}, told.sessions.map((each) => el("li", { class: "session" },
        el("span", { class: "about" }, el("strong", {}, browserName(each.browser)),
          el("small", {}, `${each.address} · ${t("account.since", { when: short(each.created_at) })} · ${t("account.seen", { when: short(each.seen_at) })}`)),
        each.current ? el("span", { class: "tag good" }, t("account.here"))
          : el("button", { type: "button", class: "button small", onclick: () => end(each.id) }, t("account.end"))))),
      el("button", { type: "button", class: "button end danger", onclick: endAll }, t("account.sessions_end_all")));
  }
}
customElements.define("kairos-account", Account);
