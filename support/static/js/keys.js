// Single keys, only where nothing is being typed; they can be switched off in this browser.
(() => {
  const by = (id) => document.getElementById(id);
  const off = () => document.cookie.includes("keys=off");
  const press = (selector) => document.querySelector(selector)?.click();

  function step(way) {
    const links = [...document.querySelectorAll("#rows [data-row]")];
    const here = links.findIndex((link) => link.hasAttribute("aria-current"));
    const link = links[here < 0 ? 0 : here + way];
    if (link) sb.openRow(link);
  }

  const DEEDS = {
    j: () => step(1),
    k: () => step(-1),
    r: () => sb.choose("reply"),
    n: () => sb.choose("note"),
    t: () => press('[data-deed="transfers"]'),
    e: () => press('[data-deed="escalations"]'),
    d: () => press('[data-deed="resolution"]'),
    u: () => press("[data-undo]"),
    s: () => press('[data-deed="park"]'),
    l: () => press('[data-deed="tags"]'),
    a: () => press('[data-deed="assignment"]'),
  };

  // What is printed on the key counts; on keyboards without Latin letters, where it lies.
  const letter = (event) => (/^[a-z]$/i.test(event.key) ? event.key.toLowerCase()
    : /^[\x20-\x7e]$/.test(event.key) ? "" : event.code.replace("Key", "").toLowerCase());

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const field = event.target.closest("input:not([type=radio]), textarea, select, [contenteditable]");
    if (event.key === "Escape" && field?.closest("#composer")) { field.blur(); return; }
    if (event.altKey && !field && /^Arrow(Up|Down)$/.test(event.key)) {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    }
    if (field || event.ctrlKey || event.metaKey || event.altKey || off() || by("dialog")?.open) return;
    const deed = DEEDS[letter(event)];
    if (!deed) return;
    event.preventDefault();
    deed();
  });

  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-keys]")) return;
    document.cookie = `keys=${target.checked ? "on" : "off"};path=/;max-age=31536000;SameSite=Lax`;
  });
  addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll("[data-keys]")) box.checked = !off();
  });
})();
