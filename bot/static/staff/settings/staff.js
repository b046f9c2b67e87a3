// Who may sign in: a list, and a dialog for one person.
import { get, post, put } from "../api.js";
import { who } from "../boot.js";
import { el, fill, icon } from "../dom.js";
import { t } from "../labels.js";
import { ask, complain, toast } from "../notices.js";
import { showOnce } from "./links.js";

const API = "/settings/api/staff";
const ROLES = ["agent", "supervisor", "analyst", "administrator"];
const LANGUAGES = { "zh-CN": "简体中文", "zh-TW": "繁體中文", en: "English" };

class Staff extends HTMLElement {
  async connectedCallback() {
    document.querySelector(".page-head").append(
      el("button", { type: "button", class: "button primary", onclick: () => this.add() }, icon("plus"), t("settings.staff.new")));
    await this.try(async () => this.show((await get(API)).staff));
  }

  async try(work) {
    try { await work(); } catch (error) { complain(error); }
  }

  show(staff) {
    fill(this, el("ul", { class: "panel people" }, staff.map((person) => this.row(person))));
  }

  row(person) {
    const tag = (there, text, kind = "") => Boolean(there) && el("span", { class: `tag ${kind}` }, text);
    return el("li", { "data-off": person.disabled },
      el("span", { class: "avatar", "aria-hidden": "true", "data-tone": ROLES.indexOf(person.role) }, [...person.name][0]),
      el("span", { class: "about" }, el("strong", {}, person.name), el("small", {}, person.login)),
      el("span", { class: "tags" },
        tag(true, t(`shell.role.${person.role}`), "info"),
        tag(person.id === who.id, t("settings.staff.you")),
        person.languages.map((language) => el("span", { class: "tag", lang: language }, LANGUAGES[language])),
        tag(person.disabled, t("settings.staff.disabled"), "hot"),
        tag(person.has_code, t("settings.staff.code"), "good"),
        tag(person.has_sso, t("settings.staff.sso")),
        tag(!person.has_password && !person.has_sso, t("settings.staff.no_password"), "warm"),
        tag(person.demo, t("settings.staff.demo")),
        tag(person.signed_in, t("settings.staff.signed_in"), "good")),
      el("button", { type: "button", class: "icon-button", "aria-label": t("settings.staff.edit", { name: person.name }), onclick: () => this.edit(person) }, icon("edit")));
  }

  fields(person) {
    const languages = el("fieldset", { class: "languages-pick" }, el("legend", { class: "legend" }, t("settings.staff.languages")),
      Object.entries(LANGUAGES).map(([code, name]) => el("label", { class: "check", lang: code },
        el("input", { type: "checkbox", name: "language", value: code, checked: person.languages.includes(code) }), name)));
    return [
      el("label", { class: "field" }, el("span", {}, t("settings.staff.name")), el("input", { name: "name", value: person.name, maxlength: 80, required: true })),
      el("div", { class: "two" },
        el("label", { class: "field" }, el("span", {}, t("settings.staff.role")),
          el("select", { name: "role" }, ROLES.map((role) => el("option", { value: role, selected: role === person.role }, t(`shell.role.${role}`))))),
        person.id && el("label", { class: "field" }, el("span", {}, t("settings.staff.capacity_hint")),
          el("input", { name: "capacity", type: "number", min: 0, max: 50, value: person.capacity, required: true }))),
      languages,
    ];
  }

  dialog(title, fields, action, run, extra = []) {
    const read = (form) => {
      const data = new FormData(form);
      const given = { name: data.get("name"), role: data.get("role"), languages: data.getAll("language") };
      if (data.has("capacity")) given.capacity = Number(data.get("capacity"));
      if (data.has("login")) given.login = data.get("login");
      return given;
    };
    const problem = el("p", { class: "notice bad", role: "alert", hidden: true });
    const submit = async (event) => {
      event.preventDefault();
      try { await run(read(event.target)); dialog.close(); } catch (error) { problem.hidden = false; problem.textContent = error.text; }
    };
    const dialog = el("dialog", { class: "wide-dialog", "aria-labelledby": "person-title", onclose: () => dialog.remove() },
      el("form", { class: "stack", onsubmit: submit }, el("h2", { id: "person-title" }, title), problem, fields,
        extra.length > 0 && el("div", { class: "row" }, extra.map((make) => make(() => dialog.close()))),
        el("footer", {}, el("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("shell.cancel")),
          el("button", { class: "button primary" }, action))));
    document.body.append(dialog);
    dialog.showModal();
  }

  add() {
    const login = el("label", { class: "field" }, el("span", {}, t("settings.staff.login")),
      el("input", { name: "login", required: true, autocapitalize: "none", autocomplete: "off", spellcheck: "false", maxlength: 120 }),
      el("span", { class: "hint" }, t("settings.staff.login_hint")));
    const person = { name: "", role: "agent", languages: Object.keys(LANGUAGES) };
    this.dialog(t("settings.staff.new"), [login, ...this.fields(person)], t("shell.add"), async (given) => {
      const told = await post(API, given);
      this.show(told.staff);
      this.showLink(given.name, told.link);
    });
  }

  showLink(name, path) {
    return showOnce(t("settings.staff.link_title", { name }), t("settings.staff.link_text", { name }), location.origin + path);
  }

  edit(person) {
    const act = (label, path, { danger = false, question = null, then = (told) => told.staff && this.show(told.staff) } = {}) => (close) =>
      el("button", { type: "button", class: `button small${danger ? " danger" : ""}`, onclick: async () => {
        close();
        if (question && !(await ask({ ...question, action: t(label), danger }))) return;
        await this.try(async () => then(await post(`${API}/${person.id}/${path}`)));
      } }, t(label));
    const name = { name: person.name };
    const extra = [act("settings.staff.new_link", "link", { then: (told) => this.showLink(person.name, told.link) })];
    if (person.signed_in) extra.push(act("settings.staff.sign_out", "sign-out"));
    if (person.has_code) extra.push(act("settings.staff.reset_code", "reset-code", { danger: true, question: { title: t("settings.staff.reset_code_title", name) } }));
    extra.push(person.disabled ? act("settings.staff.enable", "enable")
      : act("settings.staff.disable", "disable", { danger: true, question: { title: t("settings.staff.disable_title", name), text: t("settings.staff.disable_text", name) } }));
    this.dialog(t("settings.staff.edit", name), this.fields(person), t("shell.save"), async (given) => {
      this.show((await put(`${API}/${person.id}`, given)).staff);
      toast(t("shell.saved"));
    }, extra);
  }
}
customElements.define("kairos-staff", Staff);
