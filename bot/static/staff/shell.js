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
// (scrollIntoView would move the place from which the Tab key goes on.)
const shownTab = document.querySelector('.tabs [aria-current="page"]');
const tabs = shownTab?.closest(".tabs");
if (tabs) tabs.scrollLeft += shownTab.getBoundingClientRect().right - tabs.getBoundingClientRect().right + 12;
