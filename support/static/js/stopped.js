// What was stopped on its way out, because it says what needs care: the dialog asks, Cancel is the
// answer unless another is given, and the message itself waits here as it was written.
(() => {
  const dialog = document.getElementById("dialog");
  const body = document.getElementById("dialog-body");
  const seconded = new Map(); // what waits for a second pair of eyes, by its attempt
  let asking = null; // the open question: its form, and the message it is about
  let comes = null; // the message whose question is about to be drawn; none for a second try
  let timer = 0;
  if (!dialog || !window.sb) return;

  const by = (id) => document.getElementById(id);

  // --- the dialog opens ---

  sb.stopped = (job, text) => {
    comes = job;
    htmx.swap({ text, sourceElement: document.body, target: body, swap: "innerHTML", request: {} });
  };

  function arrived() {
    if (asking) closed(); // another question has taken its place
    const form = body.querySelector("#stopped");
    if (!form) return;
    asking = { form, job: comes };
    comes = null;
    const { stop, left, attempt } = form.dataset;
    if (asking.job?.why) form.elements.risk_reason.value = asking.job.why;
    if (stop === "confirm") timer = setTimeout(grewStale, Number(left), form);
    if (stop === "approve" && asking.job) seconded.set(attempt, asking.job);
  }

  // Five minutes are over: what is sent now asks anew.
  function grewStale(form) {
    form.dataset.stale = "";
    form.querySelector(".sb-stale").hidden = false;
    const words = form.querySelector("[data-again]");
    words.textContent = words.dataset.again;
  }

  // --- the answers: each question has one ---

  function answered() {
    const question = asking;
    asking = null;
    clearTimeout(timer);
    question.form.inert = true; // while it fades a second click means nothing
    return question;
  }

  // Nothing is sent; for words that wait for somebody else this takes them back.
  function cancel() {
    const { form, job } = answered();
    seconded.delete(form.dataset.attempt);
    takeBack(form.dataset.cancels);
    if (job) sb.takeBack(job);
  }

  async function takeBack(url) {
    const answer = await sb.post(url, {});
    if (!answer?.ok) return;
    const text = await answer.text();
    htmx.swap({ text, sourceElement: document.body, target: document.body, swap: "none", request: {} });
  }

  // Closed without an answer: a warning is cancelled, what waits for somebody else goes on waiting.
  function closed() {
    if (asking.form.dataset.stop === "confirm") cancel();
    else {
      const { job } = answered();
      if (job) sb.takeBack(job);
    }
  }

  function confirm() {
    const why = asking.form.elements.risk_reason;
    if (!/[\p{L}\p{N}]/u.test(why.value)) { why.focus(); return; }
    const { form, job } = answered();
    const stale = form.dataset.stale !== undefined;
    dialog.close();
    sb.letGo(job, { token: stale ? "" : form.elements.risk_token.value, why: why.value });
  }

  dialog.addEventListener("close", () => {
    if (asking && !dialog.open) closed();
  });

  document.addEventListener("click", ({ target }) => {
    if (asking && target.closest?.("#dialog [data-cancel]")) {
      cancel();
      dialog.close();
    }
    target.closest?.("[data-unapproved]")?.closest(".sb-approval").remove();
    const withdrawn = target.closest?.("[data-withdraw]");
    if (withdrawn) seconded.delete(withdrawn.dataset.withdraw);
  });

  // A message that waits here goes as it is; a second try is the form's own, which htmx sends.
  document.addEventListener("submit", (event) => {
    if (event.target === asking?.form && asking.job) {
      event.preventDefault();
      event.stopImmediatePropagation();
      confirm();
    }
    const { submitter } = event;
    if (submitter?.name === "approved" && seconded.has(submitter.value)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      sendSeconded(submitter.value);
    }
  }, true);

  // It was given back to the composer, where it may stand still.
  function sendSeconded(attempt) {
    const waited = seconded.get(attempt);
    seconded.delete(attempt);
    const box = by("reply-text");
    if (box?.value.trim() === waited.text) {
      box.value = "";
      sb.files.choose([]);
      sb.files.unquote();
    }
    sb.letGo(waited, { approved: attempt });
  }

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target?.id === "dialog-body" || ctx.target === "#dialog-body") arrived();
  });

  // A second try: sent, or refused for another reason, which is said outside the dialog.
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (!asking || ctx.sourceElement !== asking.form) return;
    const asksAgain = ctx.response?.headers.get("HX-Retarget") === "#dialog-body";
    answered();
    if (!asksAgain && ctx.response?.status >= 400) dialog.close();
  });
})();
