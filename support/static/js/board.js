// The board is asked for anew when the desk moves: at once, and then not more often than the eye
// can follow; and now and then by itself, since what is due becomes overdue without a deed.
(() => {
  const REST_MS = 2000;
  const ALONE_MS = 20000;

  const { live } = window.sb ?? {};
  if (!live) return;
  let resting = 0;
  let again = false;
  let missed = false;
  let begun = false;

  function refresh() {
    if (document.hidden) { missed = true; return; }
    if (resting) { again = true; return; }
    document.getElementById("board")?.dispatchEvent(new CustomEvent("sb:refresh"));
    resting = setTimeout(() => {
      resting = 0;
      if (again) { again = false; refresh(); }
    }, REST_MS);
  }

  live.addEventListener("desk", refresh);
  live.addEventListener("notice", refresh);
  // The first `ready` is that of the page as it was just drawn.
  live.addEventListener("ready", () => { if (begun) refresh(); begun = true; });
  setInterval(refresh, ALONE_MS);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && missed) { missed = false; refresh(); }
  });
})();
