// "@" in a note offers the colleagues who see the conversation; arrows choose, Enter names one.
(() => {
  const MOST = 8;
  const FRESH_MS = 60000;
  const TOKEN = /(?:^|[^\w.])@([^@\n]{0,60})$/;
  const box = () => document.getElementById("note-text");
  const list = () => document.getElementById("mentions");
  let team = { url: "", at: 0 };
  let shut = -1;
  let start = -1;

  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const found = () => [...list().querySelectorAll("[role=option]:not([hidden])")];
  const isOpen = () => Boolean(list() && !list().hidden);

  async function known() {
    const { url } = list().dataset;
    if (team.url === url && performance.now() - team.at < FRESH_MS && list().children.length) return;
    team = { url, at: performance.now() };
    const answer = await fetch(url, { headers: { ...sb.headers(), "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok && list()?.dataset.url === url) list().innerHTML = await answer.text();
  }

  function close() {
    if (!list()) return;
    list().hidden = true;
    box().removeAttribute("aria-activedescendant");
  }

  function point(line) {
    for (const one of list().children) one.setAttribute("aria-selected", String(one === line));
    box().setAttribute("aria-activedescendant", line.id);
    line.scrollIntoView({ block: "nearest" });
  }

  function offer(typed) {
    let count = 0;
    for (const line of list().children) {
      const name = fold(line.dataset.name);
      const fits = name.startsWith(typed) || name.split(/\s+/).some((word) => word.startsWith(typed));
      line.hidden = !fits || (count += 1) > MOST;
    }
    list().hidden = !count;
    if (count) point(found()[0]);
    else close();
  }

  async function typedNow() {
    const { value, selectionStart } = box();
    const token = value.slice(0, selectionStart).match(TOKEN);
    start = token ? selectionStart - token[1].length - 1 : -1;
    if (!token || start === shut) { if (!token) shut = -1; close(); return; }
    await known();
    if (list()) offer(fold(token[1]));
  }

  function name(line) {
    const text = box();
    shut = start;
    text.setRangeText(`@${line.dataset.name} `, start, text.selectionStart, "end");
    close();
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  }

  const DEEDS = {
    ArrowDown: (lines, at) => point(lines[(at + 1) % lines.length]),
    ArrowUp: (lines, at) => point(lines[(at || lines.length) - 1]),
    Enter: (lines, at) => name(lines[at]),
    Tab: (lines, at) => name(lines[at]),
    Escape: () => { shut = start; close(); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.target !== box() || !isOpen() || event.isComposing || event.shiftKey) return;
    const deed = DEEDS[event.key];
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    const lines = found();
    deed(lines, lines.findIndex((line) => line.getAttribute("aria-selected") === "true"));
  }, true);
  document.addEventListener("input", ({ target }) => { if (target === box()) typedNow(); });
  document.addEventListener("focusout", ({ target }) => { if (target === box()) close(); });
  // The choice must not take the focus from the note.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest?.("#mentions")) event.preventDefault();
  });
  document.addEventListener("click", ({ target }) => {
    const line = target.closest?.(".sb-mention-choice");
    if (line) name(line);
  });
})();
