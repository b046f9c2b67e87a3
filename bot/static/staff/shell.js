// What every staff page does: the appearance that was chosen in this browser.
const KEY = "kairos-theme";
const chosen = () => { try { return localStorage.getItem(KEY) || "auto"; } catch { return "auto"; } };

for (const input of document.querySelectorAll('input[name="theme"]')) {
  input.checked = input.value === chosen();
  input.addEventListener("change", () => {
    try { localStorage.setItem(KEY, input.value); } catch { /* it holds for this page then */ }
    dispatchEvent(new Event("kairos-theme"));
  });
}

// On a telephone the row of tabs may be longer than the screen: the one that is shown is in sight.
document.querySelector('.tabs [aria-current="page"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
