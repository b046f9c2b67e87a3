// How waiting customers find staff: one of three ways.
import { get, put } from "../api.js";
import { el, fill } from "../dom.js";
import { t } from "../labels.js";
import { complain, toast } from "../notices.js";

class Assignment extends HTMLElement {
  async connectedCallback() {
    try { this.show(await get("/settings/api/assignment")); } catch (error) { complain(error); }
  }

  show(told) {
    const way = (name) => el("label", { class: "way" },
      el("input", { type: "radio", name: "assignment", value: name, checked: name === told.assignment, disabled: !told.may_edit, "aria-describedby": `way-${name}` }),
      el("span", {}, el("b", {}, t(`settings.assignment.way.${name}.name`), name === told.default && el("span", { class: "tag" }, t("settings.assignment.standard"))),
        el("small", { id: `way-${name}` }, t(`settings.assignment.way.${name}.hint`))));
    fill(this, el("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); this.save(new FormData(event.target).get("assignment")); } },
      !told.may_edit && el("p", { class: "notice" }, t("settings.read_only")),
      el("fieldset", { class: "panel block ways" }, el("legend", { class: "visually-hidden" }, t("settings.assignment.title")), told.ways.map(way)),
      el("p", { class: "hint" }, t("settings.assignment.rules")), el("p", { class: "hint" }, t("settings.assignment.people")),
      told.may_edit && el("div", { class: "bar stick" }, el("button", { class: "button primary" }, t("shell.save")))));
  }

  async save(assignment) {
    try {
      this.show(await put("/settings/api/assignment", { assignment }));
      toast(t("settings.in_force"));
    } catch (error) { complain(error); }
  }
}
customElements.define("kairos-assignment", Assignment);
