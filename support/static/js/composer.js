// The composer: two modes with a draft each, the count of characters, who is typing.
(() => {
  const DRAFT_MS = 600;
  const TYPING_MS = 4000;
  const SHOWN_MS = 6000;
  const COUNT_FROM = 3800;
  const by = (id) => document.getElementById(id);
  const openId = () => document.querySelector(".sb-session")?.dataset.conversation;
  const formOf = (element) => element.closest?.("#reply, #note");
  const MODES = ["reply", "note"];
  let lock = null;
  let typedAt = 0;
  let typingTimer = 0;

  // --- sending ---

  function submit(form, approved = "") {
    const box = form.querySelector("textarea");
    const reply = form.id === "reply";
    const files = reply ? sb.files.chosen() : [];
    if (form.dataset.locked === "yes" || (!box.value.trim() && !files.length)) return;
    sb.send(form, { text: box.value.trim(), files, quote: form.elements.reply_to?.value, approved });
    drop(form.dataset.mode);
    box.value = "";
    if (reply) { sb.files.choose([]); sb.files.unquote(); }
    form.querySelector(".sb-draft").textContent = "";
    count(form);
    box.focus();
  }

  document.addEventListener("submit", (event) => {
    const form = formOf(event.target);
    if (!form) return;
    event.preventDefault();
    submit(form, event.submitter?.name === "approved" ? event.submitter.value : "");
  });

  // Enter that ends the choice of a Chinese character must not send.
  document.addEventListener("keydown", (event) => {
    const form = formOf(event.target);
    if (!form || event.target.tagName !== "TEXTAREA" || event.key !== "Enter") return;
    if (event.isComposing || event.keyCode === 229 || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (!event.repeat) submit(form);
  });

  // --- drafts ---

  const waiting = {};
  const saved = {};
  let settled = Promise.resolve();

  function saveSoon(form) {
    const { mode } = form.dataset;
    clearTimeout(waiting[mode]?.timer);
    const save = () => flush(mode);
    waiting[mode] = { id: openId(), form, timer: setTimeout(save, DRAFT_MS) };
  }

  function flush(mode) {
    const draft = waiting[mode];
    if (!draft) return;
    drop(mode);
    const note = draft.form.querySelector(".sb-draft");
    const text = draft.form.querySelector("textarea").value;
    saved[`${draft.id} ${mode}`] = text;
    settled = sb.post(`/conversations/${draft.id}/drafts`, { mode, text }).then((answer) => {
      note.textContent = answer?.ok && text.trim() ? note.dataset.saved : "";
    });
  }

  function drop(mode) {
    clearTimeout(waiting[mode]?.timer);
    delete waiting[mode];
  }

  sb.draftSettled = () => settled;
  // The wording last saved: the server drops this draft with the reply, and keeps a newer one.
  sb.draftSaved = (id, mode) => saved[`${id} ${mode}`] ?? "";
  const flushAll = () => MODES.forEach(flush);
  addEventListener("pagehide", flushAll);
  // Whoever leaves the box may be about to hand the conversation over: afterwards it is too late.
  document.addEventListener("focusout", ({ target }) => {
    if (target.tagName === "TEXTAREA" && formOf(target)) flush(formOf(target).dataset.mode);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) flushAll(); });
  document.addEventListener("htmx:before:swap", ({ detail }) => {
    const main = detail.tasks.find((task) => task.target?.id === "session");
    if (main) { rescue(main.fragment); flushAll(); }
  });

  // The pane is emptied: the words go into the box from which they can be copied.
  function rescue(fragment) {
    const place = fragment.querySelector("[data-gone] .sb-rescued");
    const text = MODES.map((mode) => by(`${mode}-text`)?.value).filter(Boolean).join("\n\n");
    if (!place || !text) return;
    place.hidden = false;
    place.querySelector("textarea").textContent = text;
  }

  // --- typing, counting ---

  document.addEventListener("input", ({ target }) => {
    const form = formOf(target);
    if (!form || target.tagName !== "TEXTAREA") return;
    saveSoon(form);
    count(form);
    if (!target.value.trim() || Date.now() - typedAt < TYPING_MS) return;
    typedAt = Date.now();
    sb.post(`/conversations/${openId()}/typing`, { mode: form.dataset.mode });
  });

  sb.live.addEventListener("sb:typing", ({ detail: { id, data } }) => {
    const line = by("typing");
    const [mode, name] = [data.slice(0, data.indexOf(":")), data.slice(data.indexOf(":") + 1)];
    if (!line || id !== openId() || name === by("composer").dataset.me) return;
    if (!["customer", "reply", "note"].includes(mode)) return;
    line.textContent = line.dataset[mode].replace("#", () => `\u2068${name}\u2069`);
    line.dataset.busy = "";
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => { delete line.dataset.busy; line.textContent = sb.attending(); }, SHOWN_MS);
  });

  // As the desk cuts it: at the end of a line or word in the second half of a part.
  function parts(text, limit) {
    let count = 1;
    for (let rest = text.trim(); rest.length > limit; count += 1) {
      const cut = ["\n", " "].map((mark) => rest.lastIndexOf(mark, limit)).find((at) => at > limit / 2);
      rest = rest.slice(cut ?? limit).trimStart();
    }
    return count;
  }

  function count(form) {
    const place = form.querySelector(".sb-length");
    const { value } = form.querySelector("textarea");
    const files = form.id === "reply" ? sb.files.chosen().length : 0;
    const limit = Number(form.dataset.limit ?? 10000);
    const apart = files && value.length > form.dataset.captionLimit;
    const many = apart ? parts(value, limit) + files : parts(value, limit);
    const words = many > 1 && form.dataset.many ? ` · ${form.dataset.many.replace("#", many)}` : "";
    place.textContent = value.length >= COUNT_FROM || words ? `${value.length}${words}` : "";
  }

  // --- modes and locks ---

  function choose(mode) {
    const radio = by(`mode-${mode}`);
    if (!radio || radio.disabled) return;
    radio.checked = true;
    by(`${mode}-text`)?.focus();
  }

  document.addEventListener("change", ({ target }) => {
    if (target.name === "composer-mode") by(`${target.value}-text`)?.focus();
  });

  function obey() {
    const composer = by("composer");
    if (!composer) return;
    for (const form of composer.querySelectorAll("form.sb-compose")) {
      const shut = form.dataset.locked === "yes";
      form.querySelector("textarea").readOnly = shut;
      for (const part of form.querySelectorAll(".sb-send, [name=files]")) part.disabled = shut;
    }
    const shut = `${composer.dataset.case}:${composer.dataset.lock}`;
    if (lock !== shut && lock?.startsWith(`${composer.dataset.case}:`)) follow(composer.dataset.lock);
    lock = shut;
  }

  // Typed words stay in sight; an empty box makes place for what is still allowed.
  function follow(locked) {
    const note = by("mode-note");
    if (!locked) by("mode-reply").checked = true;
    else if (note && !note.disabled && !by("reply-text").value) note.checked = true;
    else by("mode-reply").checked = true;
  }

  function fresh() {
    sb.files.choose([]);
    for (const form of document.querySelectorAll("#composer form.sb-compose")) count(form);
    obey();
  }

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => (ctx.target?.id === "session" ? fresh() : obey()));
  document.addEventListener("sb:given-back", ({ detail: job }) => {
    if (job.mode === "reply") { sb.files.choose(job.files); sb.files.requote(job.quote); }
    count(by(job.mode));
  });
  addEventListener("DOMContentLoaded", fresh);
  Object.assign(sb, { choose, count });
})();
