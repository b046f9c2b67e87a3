// One panel: what it shows in a sentence, the chart, its table, how it is computed, and everything to take away.
import { el, fill } from "../dom.js";
import { t } from "../labels.js";
import { locale } from "../boot.js";
import { complain } from "../notices.js";
import { draw } from "./chart.js";

const share = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
const change = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" });
const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });

/** A value as its column wants it shown. */
export function shown(value, form) {
  if (value === null || value === undefined || value === "") return "–";
  if (form === "share") return share.format(value);
  if (form === "change") return change.format(value);
  return (form === "number" || form === "linked") && typeof value === "number" ? number.format(value) : String(value);
}

function save(name, content, type) {
  const url = content instanceof Blob ? URL.createObjectURL(content) : content.startsWith("data:") ? content : URL.createObjectURL(new Blob([content], { type }));
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  if (url.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(url), 10000);
}

const quoted = (value) => {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = /^[=+\-@\t]/.test(text) && typeof value !== "number" ? `'${text}` : text; // a cell is never a formula
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The table as CSV, with a mark by which spreadsheets know that it is UTF-8. */
const csv = (panel) => "\ufeff" + [panel.columns.map((c) => quoted(c.title)), ...panel.rows.map((row) => panel.columns.map((c) => quoted(row[c.key])))].map((line) => line.join(",")).join("\r\n");

function table(panel, open) {
  const numeric = (form) => form !== "text" && form !== "link";
  const cell = (row, column, place) => {
    const text = shown(row[column.key], column.form);
    const opens = (column.form === "link" || column.form === "linked") && row.link;
    const content = opens ? el("button", { type: "button", class: "drill", onclick: () => open(row.link, `${panel.title}: ${text}`) }, text) : text;
    return place === 0 ? el("th", { scope: "row" }, content) : el("td", { class: numeric(column.form) ? "numbers" : null }, content);
  };
  return el("table", {}, el("caption", { class: "visually-hidden" }, panel.title),
    el("thead", {}, el("tr", {}, panel.columns.map((c) => el("th", { scope: "col", class: numeric(c.form) ? "numbers" : null }, c.title)))),
    el("tbody", {}, panel.rows.map((row) => el("tr", {}, panel.columns.map((column, place) => cell(row, column, place))))));
}

/** Charts below this element are drawn anew when light turns to dark or back. */
export function redrawWithTheme(root) {
  const redraw = () => requestAnimationFrame(() => root.querySelectorAll(".insight").forEach((node) => node.redraw?.()));
  addEventListener("kairos-theme", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

/** The panel as an element. `open(link, title)` shows the conversations behind a row. */
export function panel(told, open) {
  const canvas = el("div", { class: "chart-canvas" });
  const tip = el("div", { class: "chart-tip", hidden: true });
  let view = null;
  const pictures = ["png", "svg"].map((form) => el("button", { type: "button", class: "button small quiet", disabled: true, onclick: async () => {
    save(`${told.id}.${form}`, form === "png" ? await view.toImageURL("png", 2) : await view.toSVG(), "image/svg+xml");
  } }, form.toUpperCase()));
  const node = el("section", { class: "panel insight", id: `panel-${told.id}`, "aria-labelledby": `title-${told.id}` },
    el("header", {}, el("h2", { id: `title-${told.id}` }, told.title),
      told.rows.length > 0 && el("div", { class: "row take", role: "group", "aria-label": t("insights.take", { title: told.title }) },
        told.spec && pictures, el("button", { type: "button", class: "button small quiet", onclick: () => save(`${told.id}.csv`, csv(told), "text/csv") }, "CSV"))),
    el("p", { class: "says" }, told.says),
    told.spec && el("div", { class: "chart", role: "img", "aria-label": `${told.title}. ${told.says}` }, canvas, tip),
    told.rows.length > 0 && el("details", { open: !told.spec }, el("summary", {}, t("insights.table", { n: told.rows.length })),
      el("div", { class: "insight-table", tabindex: 0, role: "region", "aria-label": t("insights.table_of", { title: told.title }) }, table(told, open))),
    el("details", {}, el("summary", {}, t("insights.how_computed")), el("p", { class: "how" }, told.how)));
  const redraw = async () => {
    if (!told.spec) return;
    try {
      view = await draw(canvas, tip, structuredClone(told.spec));
      pictures.forEach((button) => { button.disabled = false; });
      node.dataset.drawn = "";
    } catch (error) { console.error(error); fill(canvas, el("p", { class: "hint" }, t("insights.no_chart"))); }
  };
  node.redraw = redraw;
  redraw().catch(complain);
  return node;
}
