// The thread: where it stands, what is new, what is read. A swap never moves what is being read.
(() => {
  const NEAR_PX = 60;
  const TOGETHER_S = 300;
  const by = (id) => document.getElementById(id);
  const thread = () => by("thread");
  const scroller = () => by("scroller");
  const isLow = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
  let low = true;
  let fresh = 0;
  let asked = 0;
  let read = 0;
  let timer = 0;

  const openId = () => document.querySelector(".sb-session")?.dataset.conversation;

  // --- opening ---

  function land() {
    const box = scroller();
    if (!box) return;
    fresh = read = 0;
    arrange();
    const line = by("new");
    if (line) box.scrollTop = line.offsetTop - box.clientHeight / 4;
    else box.scrollTop = box.scrollHeight;
    low = isLow(box);
    box.addEventListener("scroll", scrolled, { passive: true });
    new ResizeObserver(() => { if (low) box.scrollTop = box.scrollHeight; }).observe(box);
    pill();
    soonRead();
  }

  // A poke that came while the pane was on its way would be missed.
  function healed() {
    const name = `conversation-${openId()}`;
    if ((sb.heard.get(name) ?? 0) > asked) htmx.trigger(by("changes"), "ready");
  }

  // --- what is drawn ---

  function arrange() {
    let before = null;
    for (const line of thread().children) {
      if (line.hidden) continue;
      const same = before?.dataset.who && before.dataset.who === line.dataset.who;
      const near = same && line.dataset.at - before.dataset.at <= TOGETHER_S;
      line.classList.toggle("sb-follows", Boolean(near && line.dataset.at));
      before = line;
    }
    nameDays();
  }

  function nameDays() {
    const list = thread();
    if (!list) return;
    const day = (ms) => new Intl.DateTimeFormat("en-CA", { timeZone: list.dataset.zone }).format(ms);
    const names = { [day(Date.now())]: list.dataset.today };
    names[day(Date.now() - 86400000)] ??= list.dataset.yesterday;
    for (const line of list.querySelectorAll("[data-day] > span")) {
      line.dataset.full ??= line.textContent;
      const words = names[line.parentNode.dataset.day] ?? line.dataset.full;
      if (line.textContent !== words) line.textContent = words;
    }
  }

  function countDown() {
    for (const line of document.querySelectorAll("[data-until]")) {
      const left = Math.max(0, Math.ceil((line.dataset.until - Date.now()) / 1000));
      line.querySelector(".sb-left").textContent = `${left} s`;
    }
  }

  // --- swaps ---

  let anchor = null;

  function beforeSwap(event) {
    const { tasks } = event.detail;
    const task = tasks.find((one) => one.type === "main" && one.target?.id === "thread");
    if (!task) return;
    const box = scroller();
    low = isLow(box);
    anchor = firstInSight(box);
    for (const line of [...task.fragment.children]) settle(line, low);
  }

  // A day's line is no hold: older messages of that day come below it.
  function firstInSight(box) {
    const inSight = (line) => !line.hidden && line.offsetTop + line.offsetHeight > box.scrollTop;
    const line = [...thread().querySelectorAll(".sb-said, .sb-event")].find(inSight);
    return line && { id: line.id, top: line.offsetTop };
  }

  // A line that is drawn as it is already stays; a bubble of ours gives way to the real one.
  function settle(line, wasLow) {
    const click = line.dataset.click?.split(":")[0];
    if (click) document.querySelector(`.sb-sending[data-click="${CSS.escape(click)}"]`)?.remove();
    const old = by(line.id);
    if (old && line.dataset.rev && old.dataset.rev === line.dataset.rev) { line.remove(); return; }
    const last = thread().lastElementChild?.dataset.key ?? "";
    const below = line.dataset.key?.localeCompare(last, undefined, { numeric: true }) > 0;
    if (!old && below && !wasLow && line.matches('[data-side="in"], .sb-note')) fresh += 1;
  }

  function afterSwap() {
    const box = scroller();
    if (!box) return;
    arrange();
    const now = anchor && by(anchor.id);
    if (low) box.scrollTop = box.scrollHeight;
    else if (now) box.scrollTop += now.offsetTop - anchor.top;
    anchor = null;
    pill();
    soonRead();
    countDown();
  }

  // --- the pill and reading ---

  function scrolled() {
    low = isLow(scroller());
    if (low) fresh = 0;
    pill();
    soonRead();
  }

  function pill() {
    const button = by("newer");
    if (!button) return;
    button.hidden = low;
    button.dataset.fresh = fresh;
    const words = fresh === 1 ? button.dataset.one : button.dataset.many;
    button.querySelector(".sb-newer-count").textContent = fresh ? `${fresh} ${words}` : "";
  }

  function soonRead() {
    clearTimeout(timer);
    timer = setTimeout(noteRead, 300);
  }

  function noteRead() {
    const box = scroller();
    if (!box || document.hidden || !by("composer")?.hasAttribute("data-holds")) return;
    const edge = box.scrollTop + box.clientHeight + NEAR_PX / 2;
    let upto = 0;
    for (const line of thread().querySelectorAll('[data-side="in"]')) {
      if (line.offsetTop + Math.min(line.offsetHeight, 80) <= edge) upto = Math.max(upto, line.dataset.seq);
    }
    if (upto <= Math.max(read, Number(by("composer").dataset.read))) return;
    read = upto;
    sb.post(`/conversations/${openId()}/reading`, { upto });
  }

  // --- wiring ---

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (ctx.target?.id === "session") asked = performance.now();
    if (ctx.sourceElement.id !== "changes") return;
    const url = new URL(ctx.request.action, location.href); // a queued request carries an old place
    for (const input of by("cursor").children) url.searchParams.set(input.name, input.value);
    ctx.request.action = url.pathname + url.search;
  });
  document.addEventListener("htmx:before:swap", beforeSwap);
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const id = ctx.target?.id ?? String(ctx.target ?? "").slice(1);
    if (id === "session") { land(); healed(); }
    else if (thread()) afterSwap();
    if (by("cursor-after")?.hasAttribute("data-more")) htmx.trigger(by("changes"), "ready");
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest("#newer")) scroller().scrollTop = scroller().scrollHeight;
    const quote = target.closest("[data-goes-to]");
    if (quote) by(quote.dataset.goesTo)?.scrollIntoView({ block: "center" });
  });
  document.addEventListener("visibilitychange", soonRead);
  addEventListener("focus", soonRead);
  setInterval(countDown, 1000);
  setInterval(nameDays, 30000);
  addEventListener("DOMContentLoaded", () => { if (thread()) { land(); countDown(); } });
})();
