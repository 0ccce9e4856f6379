// The list: kept as the server has it, but never moved under the pointer.
(() => {
  // Under two seconds: a row that was taken away must not stay longer than that.
  const PATIENCE_MS = 1500;
  const by = (id) => document.getElementById(id);
  const rows = by("rows");
  let since = 0;
  let timer = 0;

  const openId = () => document.querySelector(".sb-session")?.dataset.conversation ?? "";
  const busy = () => rows.matches(":hover") || (rows.contains(document.activeElement) && document.hasFocus());

  function refresh() {
    clearTimeout(timer);
    if (busy() && Date.now() - (since || Date.now()) < PATIENCE_MS) {
      if (!since) { since = Date.now(); sb.counters(); }
      timer = setTimeout(refresh, Math.max(50, since + PATIENCE_MS - Date.now()));
      return;
    }
    since = 0;
    const asked = new URLSearchParams();
    for (const input of by("list-state").children) if (input.value) asked.set(input.name, input.value);
    asked.set("open", openId());
    asked.set("count", Math.max(30, rows.querySelectorAll(".sb-case").length));
    htmx.ajax("GET", `/rows?${asked}`, { source: rows, target: rows, swap: "innerMorph" });
  }

  function point(id) {
    for (const link of rows.querySelectorAll("[data-row]")) {
      if (link.dataset.row === id) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  const house = document.title.split(" · ").at(-1);

  function opened() {
    const name = document.querySelector(".sb-session")?.dataset.customer;
    if (name) document.title = `${name} · ${house}`;
    document.body.classList.toggle("sb-focused", Boolean(openId()));
    point(openId());
  }

  if (rows) {
    rows.addEventListener("sb:refresh", refresh);
    rows.addEventListener("pointerleave", () => { if (since) refresh(); });
    rows.addEventListener("click", ({ target }) => {
      const link = target.closest("[data-row]");
      if (link) point(link.dataset.row);
    });
    document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
      if (ctx.target?.id === "session") opened();
    });
    keepScroll();
  }

  // The list's place survives Back, Forward and reload.
  function keepScroll() {
    const box = by("rows-scroller");
    const { view } = by("list-state").dataset;
    const name = `rows-${view}`;
    addEventListener("pagehide", () => sessionStorage.setItem(name, box.scrollTop));
    addEventListener("DOMContentLoaded", () => {
      box.scrollTop = sessionStorage.getItem(name) ?? 0;
      const here = rows.querySelector("[aria-current]");
      const edge = here && here.getBoundingClientRect();
      const frame = box.getBoundingClientRect();
      if (edge && (edge.bottom < frame.top || edge.top > frame.bottom)) here.scrollIntoView({ block: "center" });
    });
  }

  sb.openRow = (link) => { link.focus({ preventScroll: false }); link.click(); };
})();
