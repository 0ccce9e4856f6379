// Who else has this conversation open: pages tell each other, and forget who is not heard again.
(() => {
  const AGAIN_MS = 30000;
  const FORGET_MS = 75000;
  const ANSWER_MS = 1000;
  const others = new Map();
  let here = "";
  let answer = 0;

  const openId = () => document.querySelector(".sb-session")?.dataset.conversation ?? "";
  const mayNote = () => document.getElementById("note")?.dataset.locked === "";
  const tell = (id, mode) => sb.post(`/conversations/${id}/typing`, { mode });

  function told() {
    const id = openId();
    if (id && mayNote() && !document.hidden) tell(id, "here");
  }

  function moved() {
    const id = openId();
    if (id === here) return;
    if (here) tell(here, "left");
    others.clear();
    here = mayNote() ? id : "";
    told();
    show();
  }

  // The names of who was heard of lately, as the line says them.
  function names() {
    const now = Date.now();
    for (const [name, at] of others) if (now - at > FORGET_MS) others.delete(name);
    return [...others.keys()].map((name) => `\u2068${name}\u2069`).join(", ");
  }

  function words() {
    const line = document.getElementById("typing");
    const who = names();
    if (!who || !line) return "";
    return line.dataset[others.size > 1 ? "hereMany" : "here"].replace("#", () => who);
  }

  function show() {
    const line = document.getElementById("typing");
    if (line && !line.hasAttribute("data-busy")) line.textContent = words();
  }

  sb.live.addEventListener("sb:typing", ({ detail: { id, data } }) => {
    const [mode, name] = [data.slice(0, data.indexOf(":")), data.slice(data.indexOf(":") + 1)];
    if (id !== here || !name || name === document.getElementById("composer")?.dataset.me) return;
    const known = others.has(name);
    if (mode === "left") others.delete(name);
    else others.set(name, Date.now());
    // Who has just come does not know that this page is here.
    if (mode === "here" && !known && !answer) answer = setTimeout(() => { answer = 0; told(); }, ANSWER_MS);
    show();
  });

  sb.attending = words;
  setInterval(() => { told(); show(); }, AGAIN_MS);
  addEventListener("pagehide", () => { if (here) tell(here, "left"); });
  document.addEventListener("visibilitychange", told);
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => { if (ctx.target?.id === "session") moved(); });
  sb.live.addEventListener("ready", moved);
})();
