// What stands beside the thread: a click to undo, menus, tags to find, alerts that were seen.
(() => {
  const TICK_MS = 250;
  const AGAIN_MS = 300;
  const by = (id) => document.getElementById(id);
  const openId = () => document.querySelector(".sb-session")?.dataset.conversation;

  // --- undo: the server says how much is left, this clock counts it down ---

  function countDown() {
    for (const offer of document.querySelectorAll("#undo [data-left]")) {
      if (offer.told !== offer.dataset.left) {
        offer.told = offer.dataset.left;
        offer.end = performance.now() + Number(offer.dataset.left);
      }
      const left = Math.ceil((offer.end - performance.now()) / 1000);
      if (left <= 0) offer.remove();
      else offer.querySelector(".sb-left").textContent = ` ${left} s`;
    }
  }
  setInterval(countDown, TICK_MS);
  addEventListener("DOMContentLoaded", countDown);

  // --- menus: what arrives for one opens it, a second click on its button shuts it ---

  const filters = by("filters");
  let shutAt = -AGAIN_MS;
  filters?.addEventListener("toggle", ({ newState }) => {
    if (newState === "closed") shutAt = performance.now();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".sb-filter-button")) return;
    if (performance.now() - shutAt > AGAIN_MS) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target?.id !== "filters") return;
    filters.showPopover();
    filters.querySelector("a")?.focus();
  });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const menu = ctx.sourceElement.closest?.(".sb-park[popover]");
    if (menu?.matches(":popover-open") && ctx.response?.status < 400) menu.hidePopover();
  });

  // --- a list of boxes, and the field that finds one by its name ---

  const shown = (list) => [...list.querySelectorAll(".sb-choice")].filter((line) => !line.hidden);

  function find(field) {
    const list = document.querySelector(field.dataset.searches);
    const wanted = field.value.trim().toLowerCase();
    for (const line of list.querySelectorAll(".sb-choice"))
      line.hidden = !line.textContent.toLowerCase().includes(wanted);
    list.toggleAttribute("data-empty", !shown(list).length);
  }

  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-searches]")) find(target);
  });

  // Enter ticks the first that was found; arrows go from box to box.
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("[data-searches]");
    const list = field ? document.querySelector(field.dataset.searches) : event.target.closest?.("#tag-choices");
    if (!list || event.isComposing) return;
    const boxes = shown(list).map((line) => line.querySelector("input"));
    const here = boxes.indexOf(event.target);
    if (event.key === "Enter" && field?.value.trim()) {
      event.preventDefault();
      boxes[0]?.click();
      field.select();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = boxes[here + (event.key === "ArrowDown" ? 1 : -1)];
      (next ?? (here < 0 ? boxes[0] : document.querySelector("[data-searches]")))?.focus();
    }
  });

  // --- alerts: what called somebody here is seen once he has it before him ---

  const wanted = () => Number(by("alerts-count")?.dataset.count ?? 0);
  let known = 0;

  function look() {
    known = wanted();
    if (known && openId() && !document.hidden) sb.post(`/conversations/${openId()}/alerts`, {});
  }

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target?.id === "session") look();
  });
  document.addEventListener("htmx:finally:swap", () => {
    if (wanted() > known) look();
    known = wanted();
  });
  document.addEventListener("visibilitychange", look);
  addEventListener("DOMContentLoaded", look);

  // Dismissing asks why: the field is at hand once it is drawn.
  document.addEventListener("toggle", ({ target }) => {
    if (!target.matches?.(".sb-dismissal[open]")) return;
    requestAnimationFrame(() => target.querySelector("input[name=why]").focus());
  }, true);
})();
