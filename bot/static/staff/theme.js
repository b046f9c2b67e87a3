// Runs before the first paint, so that a chosen appearance does not flash.
(() => {
  const apply = () => {
    let theme = "auto";
    try { theme = localStorage.getItem("kairos-theme") || "auto"; } catch { /* storage may be off */ }
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  apply();
  addEventListener("storage", apply);
  addEventListener("kairos-theme", apply);
})();
