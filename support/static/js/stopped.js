// What was stopped on its way out, because it says what needs care: the dialog asks, Cancel is the
// answer unless another is given, and the message itself waits here as it was written.
(() => {
  const dialog = document.getElementById("dialog");
  const body = document.getElementById("dialog-body");
  const seconded = new Map(); // what waits for a second pair of eyes, by its attempt
  let job = null; // the message that the open dialog asks about; none for a second try
  let timer = 0;
  if (!dialog || !window.sb) return;

  const by = (id) => document.getElementById(id);
  const form = () => body.querySelector("#stopped");
  const isDecided = (asked) => asked.dataset.decided !== undefined;

  // --- the dialog opens ---

  sb.stopped = (stoppedJob, text) => {
    job = stoppedJob;
    htmx.swap({ text, sourceElement: document.body, target: body, swap: "innerHTML", request: {} });
  };

  function arrived() {
    clearTimeout(timer);
    const asked = form();
    if (!asked) return;
    const { stop, left, attempt } = asked.dataset;
    if (job?.why) asked.querySelector("#stopped-reason").value = job.why;
    if (stop === "confirm") timer = setTimeout(grewStale, Number(left), asked);
    if (stop === "approve" && job) seconded.set(attempt, job);
  }

  // Five minutes are over: what is sent now asks anew.
  function grewStale(asked) {
    if (!asked.isConnected) return;
    asked.dataset.stale = "";
    asked.querySelector(".sb-stale").hidden = false;
    const words = asked.querySelector("[data-again]");
    words.textContent = words.dataset.again;
  }

  // --- the answers ---

  function decided(asked) {
    asked.dataset.decided = "";
    const answered = job;
    job = null;
    dialog.close();
    return answered;
  }

  // Nothing is sent; for words that wait for somebody else this takes them back.
  function cancel(asked) {
    const answered = decided(asked);
    seconded.delete(asked.dataset.attempt);
    htmx.ajax("POST", asked.dataset.cancels, { source: document.body, target: document.body, swap: "none" });
    if (answered) sb.takeBack(answered);
  }

  function leave(asked) {
    const answered = decided(asked);
    if (answered) sb.takeBack(answered);
  }

  function confirm(asked) {
    const why = asked.elements.risk_reason.value;
    const stale = asked.dataset.stale !== undefined;
    const token = stale ? "" : asked.elements.risk_token.value;
    const answered = decided(asked);
    sb.letGo(answered, { token, why });
  }

  dialog.addEventListener("close", () => {
    clearTimeout(timer);
    const asked = form();
    if (!asked || isDecided(asked)) return;
    if (asked.dataset.stop === "confirm") cancel(asked);
    else leave(asked);
  });

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("#dialog [data-cancel]");
    if (button) cancel(button.form);
    target.closest?.("[data-unapproved]")?.closest(".sb-approval").remove();
    const withdrawn = target.closest?.("[data-withdraw]");
    if (withdrawn) seconded.delete(withdrawn.dataset.withdraw);
  });

  // A message that waits here goes as it is; a second try is the form's own, which htmx sends.
  document.addEventListener("submit", (event) => {
    if (event.target.id === "stopped" && job) {
      event.preventDefault();
      event.stopImmediatePropagation();
      confirm(event.target);
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

  // A second try that was refused for another reason: the sentence is said outside the dialog.
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const asked = ctx.sourceElement?.closest?.("#stopped");
    const place = ctx.response?.headers?.get?.("HX-Retarget");
    if (asked && ctx.response?.status >= 400 && place !== "#dialog-body") decided(asked);
  });
})();
