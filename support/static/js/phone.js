// The customer's phone: follows its chat with one waiting request, and sends with Enter.
(() => {
  const BREATH_MS = 2000;
  // An element of its own, since everything inside the asking one looks busy.
  const follower = document.getElementById("phone-follows");
  if (!follower) return;

  const thread = () => document.getElementById("phone-thread");
  const state = () => `rev=${thread().dataset.rev}&typing=${thread().dataset.typing}`;
  const breath = () => new Promise((go) => setTimeout(go, BREATH_MS));

  function shown() {
    if (!document.hidden) return undefined;
    return new Promise((go) => document.addEventListener("visibilitychange", go, { once: true }));
  }

  // Asked again as soon as it is answered; after an answer without news only when it took its time.
  async function follow() {
    for (;;) {
      await shown();
      const before = state();
      const began = performance.now();
      const ask = { source: follower, target: "#phone-thread", swap: "outerMorph" };
      await htmx.ajax("GET", `${follower.dataset.from}?${before}`, ask).catch(() => {});
      if (state() === before && performance.now() - began < BREATH_MS) await breath();
    }
  }

  follow();

  const composer = document.getElementById("phone-composer");
  const text = document.getElementById("phone-text");
  const file = document.getElementById("phone-file");
  const chosen = document.querySelector(".sb-phone-chosen");

  function showFile() {
    chosen.hidden = !file.files.length;
    document.getElementById("phone-file-name").textContent = file.files[0]?.name ?? "";
  }

  // An Enter that ends the choice of a Chinese character sends nothing.
  text?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });

  file?.addEventListener("change", showFile);

  document.querySelector("[data-unchoose]")?.addEventListener("click", () => {
    file.value = "";
    showFile();
    text.focus();
  });

  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (!(ctx.response?.status < 400)) return;
    if (ctx.sourceElement === composer) {
      composer.reset();
      showFile();
    }
    ctx.sourceElement.closest?.("details")?.removeAttribute("open");
    if (ctx.sourceElement.matches?.(".sb-phone-start")) ctx.sourceElement.hidden = true;
  });

  text?.focus();
})();
