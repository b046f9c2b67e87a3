// The secrets that sign customers' identities: new ones beside the old, then the old ones retire.
import { get, post } from "../api.js";
import { dateTime } from "../dates.js";
import { el, fill, icon } from "../dom.js";
import { t } from "../labels.js";
import { ask, complain, toast } from "../notices.js";
import { showOnce } from "./links.js";

const API = "/settings/api/keys";

class Keys extends HTMLElement {
  async connectedCallback() {
    document.querySelector(".page-head").append(
      el("button", { type: "button", class: "button primary", onclick: () => this.add() }, icon("plus"), t("settings.keys.new")));
    try { this.show(await get(API)); } catch (error) { complain(error); }
  }

  show(told) {
    const own = { id: "own", name: t("settings.keys.own"), hint: told.own.hint, retired: told.own.retired };
    fill(this, el("ul", { class: "panel keys" }, told.keys.map((key) => this.row(key)), this.row(own)));
  }

  row(key) {
    const isOwn = key.id === "own";
    return el("li", {}, icon("key"),
      el("span", { class: "about" }, el("strong", {}, key.name),
        el("small", {}, isOwn ? t("settings.keys.own_text") : t("settings.keys.made", { when: dateTime(key.created_at) }), ` · …${key.hint}`)),
      key.retired ? el("span", { class: "tag" }, t("settings.keys.retired"))
        : key.retired_at ? el("span", { class: "tag warm" }, t("settings.keys.retires", { when: dateTime(key.retired_at) }))
          : el("span", { class: "tag good" }, t("settings.keys.valid")),
      key.retired ? el("button", { type: "button", class: "button small", onclick: () => this.do(`${API}/own/restore`) }, t("settings.keys.restore"))
        : el("button", { type: "button", class: "button small", onclick: () => this.retire(key), "aria-label": `${t("settings.keys.retire")}: ${key.name}` }, t("settings.keys.retire")));
  }

  async do(path, body = {}) {
    try { this.show(await post(path, body)); toast(t("settings.in_force")); } catch (error) { complain(error); }
  }

  async retire(key) {
    const when = key.id === "own" ? [] : [el("label", { class: "field" }, el("span", {}, t("settings.keys.retire_when")),
      el("select", { name: "hours" }, [["24", "retire_day"], ["168", "retire_week"], ["0", "retire_now"]].map(([value, label]) =>
        el("option", { value }, t(`settings.keys.${label}`)))))];
    const given = await ask({ title: t("settings.keys.retire_title", { name: key.name }), text: t("settings.keys.retire_text"),
      action: t("settings.keys.retire"), danger: true, fields: when });
    if (given) await this.do(`${API}/${key.id}/retire`, { hours: Number(given.hours ?? 0) });
  }

  async add() {
    const given = await ask({ title: t("settings.keys.new"), action: t("settings.keys.new"), fields: [
      el("label", { class: "field" }, el("span", {}, t("settings.keys.name")),
        el("input", { name: "name", required: true, maxlength: 80, placeholder: t("settings.keys.name_example") }))] });
    if (!given) return;
    try {
      const told = await post(API, given);
      this.show(told);
      await showOnce(t("settings.keys.once_title"), t("settings.keys.once_text"), told.secret);
    } catch (error) { complain(error); }
  }
}
customElements.define("kairos-keys", Keys);
