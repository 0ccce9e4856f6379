// Sending: the bubble is there at once, the words go out one after the other, each of them once.
// Nothing typed is lost: what was refused comes back into the box, what failed waits for a retry.
(() => {
  const LAST = "9000000000000000";
  const AGAIN_MS = 3000;
  const jobs = [];
  let running = false;
  let number = 0;
  let wake = () => {};

  const by = (id) => document.getElementById(id);
  const openId = () => document.querySelector(".sb-session")?.dataset.conversation;
  const isOpen = (job) => openId() === job.id;

  // crypto.randomUUID is missing on plain http.
  const freshKey = () => [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // --- bubbles ---

  function draw(job) {
    const template = by(job.mode === "note" ? "sending-note" : "sending");
    const line = template.content.firstElementChild.cloneNode(true);
    line.id = `sending-${job.key}`;
    line.classList.add("sb-sending");
    Object.assign(line.dataset, {
      key: `${LAST}-${job.number}`,
      click: job.key,
      who: `${job.mode === "note" ? "note" : "out"}-${document.body.dataset.agent}`,
      at: Math.floor(job.at / 1000),
    });
    line.querySelector(".sb-words").textContent = job.text;
    const time = line.querySelector("time");
    time.textContent = new Date(job.at).toTimeString().slice(0, 5);
    const files = line.querySelector(".sb-kind");
    if (job.files.length) {
      files.hidden = false;
      files.querySelector("span").textContent = job.files.map((file) => file.name).join(", ");
    }
    by("thread").append(line);
    job.bubble = line;
    if (job.reason) mark(job);
  }

  function mark(job) {
    const { bubble } = job;
    bubble.dataset.state = "failed";
    const box = bubble.querySelector(".sb-failed");
    box.hidden = false;
    if (job.reason.trim()) box.querySelector("p span").textContent = job.reason;
    box.querySelector("[data-again]").onclick = () => again(job);
    box.querySelector("[data-away]").onclick = () => away(job);
  }

  function again(job) {
    job.reason = "";
    delete job.failed;
    job.bubble?.remove();
    draw(job);
    pump();
  }

  function away(job) {
    jobs.splice(jobs.indexOf(job), 1);
    job.bubble?.remove();
    giveBack(job);
  }

  function low() {
    const box = by("scroller");
    box.scrollTop = box.scrollHeight;
  }

  // --- the queue ---

  function send(form, { text, files, quote, approved }) {
    const job = {
      key: freshKey(), number: ++number, at: Date.now(), mode: form.dataset.mode,
      id: openId(), url: form.action, text, files, quote, approved, reason: "",
    };
    jobs.push(job);
    draw(job);
    low();
    document.dispatchEvent(new CustomEvent("sb:sent"));
    pump();
  }

  async function pump() {
    if (running) return;
    running = true;
    for (let job = next(); job; job = next()) {
      await sb.draftSettled?.();
      job.drafted ??= sb.draftSaved?.(job.id, job.mode);
      await settle(job, await request(job));
    }
    running = false;
  }

  // What was said after a stopped message waits with it: the order is the agent's.
  const next = () => jobs.find((job) => !job.failed && !jobs.some((one) => one.held && one.id === job.id));

  function body(job) {
    const data = new FormData();
    const cursor = isOpen(job) ? [...by("cursor").children] : [];
    for (const input of cursor) data.append(input.name, input.value);
    data.append("text", job.text);
    data.append("client_key", job.key);
    data.append("drafted", job.drafted ?? "");
    if (job.quote) data.append("reply_to", job.quote);
    if (job.approved) data.append("approved", job.approved);
    if (job.token) { data.append("risk_token", job.token); data.append("risk_reason", job.why); }
    for (const file of job.files) data.append("files", file, file.name);
    return data;
  }

  // XMLHttpRequest, because fetch does not tell how much of a file has gone.
  function request(job) {
    return new Promise((resolve) => {
      const call = new XMLHttpRequest();
      call.open("POST", job.url);
      const headers = { ...sb.headers(), "HX-Request": "true", Accept: "text/html" };
      for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
      call.upload.onprogress = ({ loaded, total }) => progress(job, loaded / total);
      call.onloadend = () => resolve({
        status: call.status, text: call.responseText, place: call.getResponseHeader("HX-Retarget"),
      });
      call.send(body(job));
    });
  }

  function progress(job, share) {
    if (job.files.length) job.bubble?.querySelector(".sb-kind").style.setProperty("--sb-done", share);
  }

  async function settle(job, { status, text, place: asked }) {
    if (status === 0 || status === 502 || status === 504) { await patience(); return; }
    if (status >= 500) { fail(job, text); return; }
    if (asked === "#dialog-body") { hold(job, text); return; }
    jobs.splice(jobs.indexOf(job), 1);
    if (status < 300) place(job, text);
    else refuse(job, status, text);
  }

  // No answer: the same key is sent again once there is a line, and makes one message.
  function patience() {
    return new Promise((resolve) => { wake = resolve; setTimeout(resolve, AGAIN_MS); });
  }

  function place(job, text) {
    if (!isOpen(job)) return;
    const source = by("changes");
    htmx.swap({ text, sourceElement: source, target: by("thread"), swap: "upsert key:data-key", request: {} });
    job.bubble?.remove();
  }

  function fail(job, text) {
    job.failed = true;
    job.reason = words(text) || " ";
    if (isOpen(job)) mark(job);
    keep(job);
  }

  function refuse(job, status, text) {
    job.bubble?.remove();
    htmx.swap({ text, sourceElement: document.body, target: by("status"), swap: "innerHTML", request: {} });
    giveBack(job);
    if (status === 409 || status === 404) htmx.trigger(by("changes") ?? sb.live, "ready");
  }

  // Stopped by words that need care: it stays as it is until its author has answered (stopped.js).
  function hold(job, text) {
    job.held = true;
    job.bubble?.remove();
    sb.stopped(job, text);
  }

  // The same words, files and quote once more, with the answer: nothing can differ.
  function letGo(job, answer = {}) {
    Object.assign(job, { held: false, token: "", approved: "", why: "" }, answer);
    if (!jobs.includes(job)) jobs.push(job);
    if (isOpen(job)) { draw(job); low(); }
    pump();
  }

  function takeBack(job) {
    job.held = false;
    if (jobs.includes(job)) jobs.splice(jobs.indexOf(job), 1);
    giveBack(job);
    pump();
  }

  const words = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    return page.querySelector(".sb-refusal span")?.textContent.trim() ?? "";
  };

  // Into the box if it is empty and at hand, and on the server in any case.
  function giveBack(job) {
    const box = isOpen(job) && by(`${job.mode}-text`);
    if (box && !box.value) {
      box.value = job.text;
      document.dispatchEvent(new CustomEvent("sb:given-back", { detail: job }));
    } else keep(job);
  }

  function keep(job) {
    if (job.text) sb.post(`/conversations/${job.id}/drafts`, { mode: job.mode, text: job.text });
  }

  // --- wiring ---

  // Coming back to a conversation finds its bubbles again.
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target?.id !== "session" || !by("thread")) return;
    for (const job of jobs.filter((one) => isOpen(one) && !one.held)) draw(job);
  });
  addEventListener("online", () => wake());
  sb.live.addEventListener("ready", () => wake());
  addEventListener("beforeunload", (event) => { if (jobs.some(mayBeLost)) event.preventDefault(); });

  // The words of a stopped message are a draft on the server; its files are here alone.
  const mayBeLost = (job) => !job.held || job.files.length;
  const typed = () => [...document.querySelectorAll("#composer textarea")].some((box) => box.value);
  sb.hasUnsent = () => jobs.length > 0 || typed();
  Object.assign(sb, { send, letGo, takeBack });
})();
