// Draws a Vega-Lite chart within the page's policy: no code is made from texts, nothing is fetched, no inline style.
import { data } from "../boot.js";

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const LIGHT = ["#0f6b58", "#c77d0a", "#1f5a85", "#a8231b", "#6b4fa0", "#5c8a1f", "#8b5a3c", "#4a6670", "#b0447c", "#2a8f9c", "#7a7a2e", "#d05c3a", "#3d5a98", "#7d8a90", "#94611f"];
const DARK = ["#64c9ae", "#f2c879", "#8ec3ec", "#ff9d92", "#c0a6f0", "#b3d977", "#d8a888", "#a9bfc7", "#eba0c8", "#7fd8e4", "#d6d68a", "#f4a582", "#9db4e8", "#c3ccd1", "#d9b98a"];

export const isDark = () => getComputedStyle(document.documentElement).colorScheme.includes("dark");

let library = null;
/** The library, loaded once; it puts itself on the window. */
const loaded = () => (library ??= import(data.library).then(() => window.vegaEmbed));

function look() {
  const ink = token("--ink"), soft = token("--soft"), line = token("--line"), dark = isDark();
  const font = getComputedStyle(document.body).fontFamily;
  return {
    background: token("--panel"), font, view: { stroke: null },
    axis: { labelColor: soft, titleColor: soft, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500 },
    legend: { labelColor: soft, titleColor: soft, labelFontSize: 12, orient: "bottom", columns: 3, labelLimit: 220 },
    title: { color: ink },
    mark: { color: (dark ? DARK : LIGHT)[0] }, bar: { color: (dark ? DARK : LIGHT)[0], cornerRadiusEnd: 2 }, rule: { color: soft }, point: { color: (dark ? DARK : LIGHT)[0] },
    range: { category: dark ? DARK : LIGHT, heatmap: dark ? ["#1d2c27", "#64c9ae"] : ["#e6f0ec", "#0a5546"], ramp: dark ? ["#1d2c27", "#64c9ae"] : ["#e6f0ec", "#0a5546"] },
  };
}

/** The text of a tooltip, put beside the pointer as plain text. */
function tooltip(place) {
  return (_handler, event, _item, value) => {
    const empty = value === null || value === undefined || value === "";
    place.hidden = empty;
    if (empty) return;
    place.textContent = typeof value === "object" ? Object.entries(value).map(([name, each]) => `${name}: ${each}`).join("\n") : String(value);
    const box = place.parentElement.getBoundingClientRect();
    place.style.setProperty("inset-inline-start", `${Math.min(event.clientX - box.left + 12, Math.max(box.width - 200, 0))}px`);
    place.style.setProperty("inset-block-start", `${event.clientY - box.top + 12}px`);
  };
}

/** Draws the spec into a node; resolves to the view, which can be saved as a picture. */
export async function draw(node, tip, spec) {
  const embed = await loaded();
  // The library empties the node with an HTML string, which the page's policy refuses: here it empties it as we do.
  Object.defineProperty(node, "innerHTML", { configurable: true, set: () => node.replaceChildren() });
  const drawn = await embed(node, spec, {
    ast: true, actions: false, defaultStyle: false, renderer: "canvas", tooltip: tooltip(tip), config: look(), mode: "vega-lite",
    loader: { load: () => Promise.reject(new Error("charts fetch nothing")) },
  });
  return drawn.view;
}
