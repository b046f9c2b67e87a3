// The thresholds, each with what it does and what it is as standard.
import { get, put } from "../api.js";
import { el, fill } from "../dom.js";
import { t } from "../labels.js";
import { complain, toast } from "../notices.js";

class Numbers extends HTMLElement {
  async connectedCallback() {
    try { this.show(await get("/settings/api/numbers")); } catch (error) { complain(error); }
  }

  show(told) {
    this.numbers = told.numbers;
    const groups = [...new Set(told.numbers.map((number) => number.group))];
    fill(this, el("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); this.save(); } },
      !told.may_edit && el("p", { class: "notice" }, t("settings.read_only")),
      groups.map((group) => el("section", { class: "panel block" },
        el("h2", {}, t(`settings.group.${group}`)),
        el("div", {}, told.numbers.filter((number) => number.group === group).map((number) => this.row(number, told.may_edit))))),
      told.may_edit && el("div", { class: "bar stick" }, el("button", { class: "button primary" }, t("shell.save")))));
  }

  row(number, mayEdit) {
    const id = `number-${number.name}`;
    const changed = number.value !== number.default;
    const input = el("input", { id, type: "number", name: number.name, value: number.value, min: number.low, max: number.high,
      step: number.step, required: true, disabled: !mayEdit, "aria-describedby": `${id}-hint` });
    const reset = () => { input.value = number.default; input.focus(); };
    return el("div", { class: "number", "data-changed": changed },
      el("label", { for: id }, t(`settings.number.${number.name}.name`)),
      el("p", { id: `${id}-hint` }, t(`settings.number.${number.name}.hint`)),
      el("div", { class: "value" },
        el("span", {}, input, el("span", { class: "unit" }, t(`settings.unit.${number.unit}`))),
        changed && mayEdit
          ? el("button", { type: "button", class: "button small quiet", onclick: reset, "aria-label": `${t("settings.numbers.reset")}: ${number.default}` }, t("settings.numbers.as_file", { value: number.default }))
          : el("small", {}, t("settings.numbers.between", { low: number.low, high: number.high }))));
  }

  async save() {
    const changes = {};
    for (const number of this.numbers) {
      const value = Number(this.querySelector(`[name="${number.name}"]`).value);
      if (value !== number.value) changes[number.name] = value === number.default ? null : value;
    }
    try {
      this.show(await put("/settings/api/numbers", { changes }));
      toast(t("settings.in_force"));
    } catch (error) { complain(error); }
  }
}
customElements.define("kairos-numbers", Numbers);
