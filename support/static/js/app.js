// What every page can do: dismiss, forget toasts, tell the time, open dialogs in older browsers.
(() => {
  const TOAST_MS = 6000;
  const TIME_MS = 15000;

  // A new installation begins in the zone of its owner's browser.
  for (const field of document.querySelectorAll("[data-own-zone]"))
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;

  // On a phone the rooms of the settings are wider than the page: the present one is shown.
  document.querySelector(".sb-tab[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (!button) return;
    const { remember } = button.dataset;
    if (remember) document.cookie = `${remember}=1;path=/;SameSite=Lax`;
    button.closest(".sb-banner, .sb-refusal, .sb-toast").remove();
  });

  // A refusal stays until it is read; what was done goes by itself, unless it is being read.
  function forget(toast) {
    if (toast.matches(":hover, :focus-within")) setTimeout(forget, TOAST_MS, toast);
    else toast.remove();
  }

  function watchToasts(region) {
    const seen = () => {
      for (const toast of region.querySelectorAll('[data-toast="goes"]:not([data-timed])')) {
        toast.dataset.timed = "";
        setTimeout(forget, TOAST_MS, toast);
      }
    };
    new MutationObserver(seen).observe(region, { childList: true });
    seen();
  }

  for (const region of document.querySelectorAll("#toasts")) watchToasts(region);

  // The next deed that succeeds takes the last refusal away.
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const wrote = (ctx.request.method || "GET").toUpperCase() !== "GET";
    if (wrote && ctx.response?.status < 400) document.getElementById("status")?.replaceChildren();
  });

  // "5 minutes ago": the server wrote the instant, so that a page without scripts reads as well.
  const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

  function ago(seconds) {
    const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["minute", 60];
    return relative.format(Math.round(seconds / size), unit);
  }

  function tellTimes() {
    for (const time of document.querySelectorAll("time[data-relative]")) {
      const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
      if (Math.abs(seconds) > 7 * 86400) continue;
      const words = ago(seconds);
      if (time.textContent !== words) time.textContent = words;
    }
  }

  tellTimes();
  setInterval(tellTimes, TIME_MS);
  document.addEventListener("htmx:after:swap", tellTimes);

  // Without scripts the text is there to be copied by hand; a plain-HTTP page has no clipboard.
  for (const button of document.querySelectorAll("[data-copies]")) button.hidden = false;

  async function copy({ dataset, lastElementChild: words }) {
    const field = document.getElementById(dataset.copies);
    field.select();
    const copied = navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    if (!(await copied)) document.execCommand("copy");
    words.textContent = dataset.copied;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copies]");
    if (button) copy(button);
  });

  // Chosen at once where a choice is the whole form; without scripts its button is there.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });

  // Firefox and Safari before 2025 do not know command and commandfor.
  if (!("commandForElement" in HTMLButtonElement.prototype)) {
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[commandfor]");
      const dialog = button && document.getElementById(button.getAttribute("commandfor"));
      if (dialog) dialog[button.getAttribute("command") === "close" ? "close" : "showModal"]();
    });
  }
})();
