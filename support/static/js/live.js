// One stream for all tabs of a browser: the tab that holds the lock listens, and tells the others.
// Everything it hears fires as an event on #live: `ready`, `beat`, `desk`, `conversation-42`.
(() => {
  const POLL_MS = 5000;
  const RETRY_MS = 20000;
  const SILENCE_MS = 40000;
  const GRACE_MS = 1200;
  const THROTTLE_MS = 400;

  const live = document.getElementById("live");
  if (!live?.dataset.stream) return;
  const { agent } = document.body.dataset;
  const heard = new Map();
  const state = { at: Date.now(), connection: null, poll: 0, retry: 0, grace: 0, leads: false };
  const wire = navigator.locks && new BroadcastChannel(`live-${agent}`);

  const headers = () => JSON.parse(document.body.getAttribute("hx-headers:inherited"));

  // Small deeds need no answer on the page; `keepalive` lets them outlive it.
  const post = (url, values) => fetch(url, {
    method: "POST",
    body: new URLSearchParams(values),
    headers: { ...headers(), "HX-Request": "true" },
    keepalive: true,
  }).catch(() => null);

  window.sb = { heard, headers, post, live, counters, hasUnsent: () => false };

  // --- what is heard ---

  function hear(name, data) {
    state.at = Date.now();
    heard.set(name, performance.now());
    if (name === "ready") present();
    if (name === "desk" || name === "ready") changed();
    if (name === "alert" || name === "approvals") counters();
    const typing = name.match(/^typing-(\d+)$/);
    if (typing) {
      live.dispatchEvent(new CustomEvent("sb:typing", { detail: { id: typing[1], data } }));
    }
  }

  let pause = 0;
  let again = false;
  function changed() {
    if (pause) { again = true; return; }
    pause = setTimeout(() => { pause = 0; if (again) { again = false; changed(); } }, THROTTLE_MS);
    const rows = document.getElementById("rows");
    if (rows) rows.dispatchEvent(new CustomEvent("sb:refresh"));
    else counters();
  }

  function counters() {
    htmx.ajax("GET", "/counters", { source: document.body, target: document.body, swap: "none" });
  }

  // --- how the stream is ---

  function present() {
    clearTimeout(state.grace);
    clearInterval(state.poll);
    Object.assign(state, { grace: 0, poll: 0 });
    show(false);
  }

  function absent() {
    if (!state.grace) state.grace = setTimeout(show, GRACE_MS, true);
    if (state.leads) wire?.postMessage({ away: true });
  }

  function show(away) {
    document.documentElement.toggleAttribute("data-away", away);
    for (const line of document.querySelectorAll("#away")) line.hidden = !away;
  }

  // No place on the server: ask every few seconds instead, and try for a place now and then.
  function fallBack(status) {
    if (status === 401) { shutOut(); return; }
    if (!state.poll) state.poll = setInterval(() => tell("ready", ""), POLL_MS);
    clearTimeout(state.retry);
    state.retry = setTimeout(() => htmx.process(live, true), RETRY_MS);
    if (!status) absent();
  }

  // The login ended. Whoever has typed something keeps his page, since his words are on it.
  function shutOut() {
    if (window.sb.hasUnsent()) absent();
    else location.reload();
  }

  function fire(name, data) {
    htmx.trigger(live, name, { data });
    hear(name, data);
  }

  function tell(name, data) {
    fire(name, data);
    wire?.postMessage({ name, data });
  }

  live.addEventListener("htmx:sse:after:message", ({ detail: { message } }) => {
    hear(message.event, message.data);
    wire?.postMessage({ name: message.event, data: message.data });
  });
  live.addEventListener("htmx:sse:after:connection", ({ detail }) => {
    state.connection = detail.connection;
    clearTimeout(state.retry);
  });
  live.addEventListener("htmx:sse:before:connection", ({ detail }) => {
    if (detail.connection.attempt > 0) absent();
  });
  live.addEventListener("htmx:sse:error", ({ detail }) => {
    absent();
    if (detail.status === 401) shutOut();
  });
  live.addEventListener("htmx:response:error", ({ detail }) => fallBack(detail.ctx.response.status));
  live.addEventListener("htmx:error", () => fallBack(0));

  // A line that died without a word, or a computer that slept: the heartbeat is missed.
  function listenForSilence() {
    if (state.leads && Date.now() - state.at > SILENCE_MS) {
      state.at = Date.now();
      absent();
      state.connection?.reader?.cancel();
    }
  }
  setInterval(listenForSilence, 5000);
  // A line that was cut may look alive: it is opened anew, and its `ready` heals the page.
  addEventListener("offline", absent);
  addEventListener("online", () => {
    if (!state.leads) return;
    if (state.connection?.delayCanceller) state.connection.delayCanceller();
    else state.connection?.reader?.cancel();
  });
  document.addEventListener("visibilitychange", listenForSilence);

  // --- who listens ---

  function lead() {
    state.leads = true;
    live.setAttribute("hx-sse:connect", live.dataset.stream);
    htmx.process(live);
    return new Promise(() => {});
  }

  function follow() {
    wire.onmessage = ({ data }) => {
      if (data.away) absent();
      else fire(data.name, data.data);
    };
    // What changed between the page's drawing and its listening is fetched at once.
    fire("ready", "");
  }

  async function open() {
    if (!navigator.locks) { lead(); return; } // plain http has no locks: one stream a tab
    const name = `live-${agent}`;
    const first = await new Promise((answer) => {
      navigator.locks.request(name, { ifAvailable: true }, (lock) => {
        answer(Boolean(lock));
        return lock ? lead() : null;
      });
    });
    if (first) return;
    follow();
    navigator.locks.request(name, () => { wire.onmessage = null; return lead(); });
  }

  // The title says what the rail says.
  function retitle() {
    const count = Number(document.getElementById("unread")?.dataset.count ?? 0);
    const plain = document.title.replace(/^\(\d+\+?\) /, "");
    const title = count ? `(${count < 100 ? count : "99+"}) ${plain}` : plain;
    if (document.title !== title) document.title = title;
  }

  document.addEventListener("htmx:finally:swap", retitle);
  addEventListener("DOMContentLoaded", () => { retitle(); open(); });
})();
