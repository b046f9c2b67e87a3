// A list above the text to choose from while one types: ready replies after "/", colleagues after "@".
import { el, fill } from "../dom.js";

export class Menu {
  options = []; at = 0;

  constructor(text, label) {
    this.text = text;
    this.node = el("ul", { class: "canned", role: "listbox", "aria-label": label, hidden: true });
  }

  /** Options are {name, hint, use}. Where there are none, `empty` says so, or nothing is shown. */
  show(options, empty = "") {
    this.options = options;
    this.at = 0;
    this.node.hidden = !options.length && !empty;
    this.text.removeAttribute("aria-activedescendant");
    fill(this.node, options.length ? options.map((each, at) => el("li", { role: "option", id: `option-${at}`, "aria-selected": String(at === 0), onclick: () => this.use(at) }, el("b", {}, each.name), " ", el("span", {}, each.hint))) : el("li", { class: "hint" }, empty));
  }

  hide() { this.show([]); }

  use(at) { const { use } = this.options[at]; this.hide(); use(); }

  /** True when the key was meant for the list. */
  key(event) {
    if (this.node.hidden) return false;
    if (event.key === "Escape") { this.hide(); return true; }
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!this.options.length || !(by || event.key === "Enter" || event.key === "Tab")) return false;
    event.preventDefault();
    if (!by) { this.use(this.at); return true; }
    this.at = (this.at + by + this.options.length) % this.options.length;
    [...this.node.children].forEach((each, at) => each.setAttribute("aria-selected", String(at === this.at)));
    this.text.setAttribute("aria-activedescendant", `option-${this.at}`);
    return true;
  }
}
