// What is drawn anew between the press and the release of a pointer swallows the click: drawing waits for the release.
const LONGEST_MS = 800; // whoever holds on longer drags or marks text
let waiting = null, timer = 0;

function release() {
  clearTimeout(timer);
  const due = waiting ?? [];
  waiting = null;
  for (const run of due) run();
}

addEventListener("pointerdown", () => { waiting ??= []; clearTimeout(timer); timer = setTimeout(release, LONGEST_MS); }, true);
for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => { clearTimeout(timer); timer = setTimeout(release); }, true);

/** Runs now, or once nothing is pressed any more; in the order in which it was asked for. */
export function released(run) {
  if (waiting) waiting.push(run);
  else run();
}
