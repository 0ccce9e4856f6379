// Countdowns: every <time data-due> of the page, counted by the server's clock with one timer.
// The server writes instants (milliseconds since 1970) alone; what they mean now is said here.
(() => {
  const SECOND = 1000;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;
  const EXACT_MS = 10 * MINUTE;
  const JUMP_MS = 2 * SECOND;
  const ANSWERS = 8;
  const ICONS = { calm: "clock", soon: "alarm", overdue: "alert-triangle", closed: "player-pause" };

  const words = document.getElementById("due-words")?.dataset;
  const breaches = document.getElementById("breaches");
  if (!words) return;

  // --- the server's clock ---

  let answers = [];
  let ahead = 0;
  let apart = Date.now() - performance.now();

  // An answer was written before it arrived: the quickest of the last ones says it best.
  function heard(instant, since = 0) {
    if (!instant) return;
    answers = [...answers.slice(1 - ANSWERS), Number(instant) + since - Date.now()];
    ahead = Math.max(...answers);
  }

  // The computer slept, or somebody set its clock. After a sleep what was known still holds,
  // otherwise the server's next answer counts alone.
  function jumped() {
    const gap = Date.now() - performance.now();
    if (Math.abs(gap - apart) < JUMP_MS) return false;
    apart = gap;
    answers = [];
    fetch("/healthz", { method: "HEAD", cache: "no-store" })
      .then((answer) => { heard(answer.headers.get("X-Server-Now")); draw(); }, () => null);
    return true;
  }

  // --- words ---

  const two = (number) => String(number).padStart(2, "0");
  const said = (name, value) => words[name].replace("#", () => value);

  function length(ms) {
    if (ms >= 2 * DAY) return `${said("days", Math.floor(ms / DAY))} ${said("hours", Math.floor(ms % DAY / HOUR))}`;
    if (ms >= HOUR) return `${said("hours", Math.floor(ms / HOUR))} ${said("minutes", two(Math.floor(ms % HOUR / MINUTE)))}`;
    if (ms >= EXACT_MS) return said("minutes", Math.floor(ms / MINUTE));
    const seconds = said("seconds", two(Math.floor(ms % MINUTE / SECOND)));
    return ms < MINUTE ? seconds : `${said("minutes", Math.floor(ms / MINUTE))} ${seconds}`;
  }

  const isClosed = (spans, at) => (spans ?? "").split(",").some((span) => {
    const [begins, ends] = span.split("-").map(Number);
    return begins <= at && at < ends;
  });

  function stateOf({ due, soon, closed }, at) {
    if (at >= Number(due)) return "overdue";
    if (isClosed(closed, at)) return "closed";
    return soon && at >= Number(soon) ? "soon" : "calm";
  }

  function sentence({ due, what }, state, at) {
    const noun = `${what || "any"}Due` in words ? what || "any" : "any";
    if (state === "overdue") return said(`${noun}Over`, length(at - due));
    // Counted up, so that nothing is left exactly when it is due.
    const left = said(`${noun}Due`, length(Math.ceil((due - at) / SECOND) * SECOND));
    return state === "closed" ? `${left} · ${words.closed}` : left;
  }

  // --- a breach is told once, by whichever line of the page saw it first ---

  const known = new Map();

  function isBreach({ due, what, who }, state) {
    const name = `${what} ${due} ${who}`;
    const before = known.get(name);
    known.set(name, state);
    return before !== undefined && before !== "overdue" && state === "overdue";
  }

  function tell(found) {
    const lines = found.map(({ what, who }) => said(`${`${what}Breach` in words ? what : "any"}Breach`, who ?? ""));
    if (lines.length) breaches.textContent = lines.join(" · ");
  }

  // --- drawing ---

  function show(time, state, text) {
    const place = time.querySelector("[data-words]") ?? time;
    if (place.textContent !== text) place.textContent = text;
    if (time.dataset.state === state) return;
    time.dataset.state = state;
    const use = time.querySelector("use");
    use?.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#icon-${ICONS[state]}`);
  }

  let timer = 0;
  let minute = 0;
  let near = false;

  function draw() {
    clearTimeout(timer);
    const times = document.querySelectorAll("time[data-due]");
    if (!times.length) return;
    const at = Date.now() + ahead;
    const found = [];
    near = false;
    for (const time of times) {
      const state = stateOf(time.dataset, at);
      show(time, state, sentence(time.dataset, state, at));
      if (isBreach(time.dataset, state)) found.push(time.dataset);
      near ||= Math.abs(time.dataset.due - at) <= HOUR;
    }
    tell(found);
    minute = Math.floor(at / MINUTE);
    // Nobody sees it count: what is drawn anew meanwhile is drawn right, once.
    if (!document.hidden) timer = setTimeout(beat, SECOND - (at % SECOND));
  }

  // Each second; what is hours away says something else a minute later at the earliest.
  function beat() {
    const at = Date.now() + ahead;
    if (jumped() || near || Math.floor(at / MINUTE) !== minute) draw();
    else timer = setTimeout(beat, SECOND - (at % SECOND));
  }

  function wake() {
    jumped();
    draw();
  }

  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => heard(ctx.response?.headers?.get("X-Server-Now")));
  for (const name of ["htmx:after:swap", "visibilitychange"]) document.addEventListener(name, wake);
  for (const name of ["pageshow", "focus"]) addEventListener(name, wake);
  // The page came before its scripts, long before where the network is slow.
  const [page] = performance.getEntriesByType("navigation");
  heard(document.body.dataset.now, page?.responseStart ? performance.now() - page.responseStart : 0);
  draw();
})();
