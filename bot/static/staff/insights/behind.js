// The conversations behind a figure.
import { get } from "../api.js";
import { el, fill } from "../dom.js";
import { t } from "../labels.js";
import { complain } from "../notices.js";

/** Shows them in a dialog. `link` names the figure, `choice` the slice. */
export async function behind(link, title, choice) {
  const asked = new URLSearchParams(choice);
  for (const [name, value] of new URLSearchParams(link)) asked.set(name, value);
  let told;
  try { told = await get(`/insights/api/conversations?${asked}`); } catch (error) { complain(error); return; }
  const rows = told.conversations.map((each) => el("li", {}, el("span", { class: "numbers" }, each.day),
    each.path ? el("a", { href: each.path }, each.id.slice(0, 12)) : el("code", {}, each.id.slice(0, 12))));
  const dialog = el("dialog", { class: "behind", "aria-labelledby": "behind-title" });
  fill(dialog, el("div", { class: "stack" }, el("h2", { id: "behind-title" }, title),
    el("p", { class: "hint" }, rows.length ? t(told.more ? "insights.behind.more" : "insights.behind.all", { n: rows.length }) : t("insights.behind.none")),
    el("ul", { class: "behind-list", tabindex: 0, role: "list", "aria-labelledby": "behind-title" }, rows),
    el("footer", {}, el("button", { type: "button", class: "button primary", onclick: () => dialog.close() }, t("insights.close")))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
