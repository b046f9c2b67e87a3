// Canned replies: a list that can be searched, and a dialog for one of them.
import { del, get, put } from "../api.js";
import { locale } from "../boot.js";
import { el, fill, icon } from "../dom.js";
import { t } from "../labels.js";
import { ask, complain, toast } from "../notices.js";

const API = "/settings/api/replies";
const LANGUAGES = { "zh-CN": "简体中文", "zh-TW": "繁體中文", en: "English" };

class Replies extends HTMLElement {
  async connectedCallback() {
    document.querySelector(".page-head").append(
      el("button", { type: "button", class: "button primary", onclick: () => this.edit(null) }, icon("plus"), t("settings.replies.new")));
    this.sought = "";
    this.list = el("div");
    fill(this, el("div", { class: "stack" },
      el("input", { type: "search", placeholder: t("settings.replies.filter"), "aria-label": t("settings.replies.filter"),
        oninput: (event) => { this.sought = event.target.value.toLowerCase(); this.draw(); } }), this.list));
    try { this.show(await get(API)); } catch (error) { complain(error); }
  }

  show(told) {
    this.told = told;
    this.draw();
  }

  draw() {
    const found = this.told.replies.filter((reply) => `${reply.shortcut} ${reply.title} ${reply.text}`.toLowerCase().includes(this.sought));
    fill(this.list, this.told.replies.length === 0
      ? el("div", { class: "panel empty" }, el("p", {}, t("settings.replies.none")))
      : el("ul", { class: "panel reply-list" }, found.map((reply) => this.row(reply))));
  }

  row(reply) {
    return el("li", {},
      el("span", { class: "row" }, el("strong", {}, `/${reply.shortcut}`), el("span", { class: "tag", lang: reply.locale }, LANGUAGES[reply.locale]),
        reply.title && el("span", {}, reply.title)),
      el("span", { class: "row" },
        el("button", { type: "button", class: "icon-button", "aria-label": `${t("settings.replies.edit")} /${reply.shortcut}`, onclick: () => this.edit(reply) }, icon("edit")),
        el("button", { type: "button", class: "icon-button", "aria-label": `${t("shell.remove")} /${reply.shortcut}`, onclick: () => this.remove(reply) }, icon("close"))),
      el("p", { lang: reply.locale }, reply.text));
  }

  edit(reply) {
    const values = reply ?? { id: "", shortcut: "", locale, title: "", text: "" };
    const problem = el("p", { class: "notice bad", role: "alert", hidden: true });
    const submit = async (event) => {
      event.preventDefault();
      try {
        this.show(await put(API, { id: values.id, ...Object.fromEntries(new FormData(event.target)) }));
        dialog.close();
        toast(t("shell.saved"));
      } catch (error) { problem.hidden = false; problem.textContent = error.text; }
    };
    const names = this.told.variables.map((name) => `{${name}}`).join(" ");
    const dialog = el("dialog", { class: "wide-dialog", "aria-labelledby": "reply-title", onclose: () => dialog.remove() },
      el("form", { class: "stack", onsubmit: submit },
        el("h2", { id: "reply-title" }, t(reply ? "settings.replies.edit" : "settings.replies.new")), problem,
        el("div", { class: "two" },
          el("label", { class: "field" }, el("span", {}, t("settings.replies.shortcut")),
            el("input", { name: "shortcut", value: values.shortcut, required: true, maxlength: 41, autocapitalize: "none", spellcheck: "false" })),
          el("label", { class: "field" }, el("span", {}, t("settings.replies.language")),
            el("select", { name: "locale" }, Object.entries(LANGUAGES).map(([code, name]) => el("option", { value: code, lang: code, selected: code === values.locale }, name))))),
        el("label", { class: "field" }, el("span", {}, t("settings.replies.name")), el("input", { name: "title", value: values.title, maxlength: 120 })),
        el("label", { class: "field" }, el("span", {}, t("settings.replies.text")), el("textarea", { name: "text", rows: 6, required: true, maxlength: 4000, value: values.text })),
        el("p", { class: "hint" }, t("settings.replies.variables", { names })),
        el("footer", {}, el("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("shell.cancel")),
          el("button", { class: "button primary" }, t("shell.save")))));
    document.body.append(dialog);
    dialog.showModal();
  }

  async remove(reply) {
    if (!(await ask({ title: t("settings.replies.remove_title"), text: `/${reply.shortcut}`, action: t("shell.remove"), danger: true }))) return;
    try { this.show(await del(`${API}/${reply.id}`)); } catch (error) { complain(error); }
  }
}
customElements.define("kairos-replies", Replies);
