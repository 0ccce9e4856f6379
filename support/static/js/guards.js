// Before htmx and before the first paint: the theme of the system, the reader's zone, and two walls.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  function paint() {
    if (root.classList.contains("auto")) root.classList.toggle("dark", system.matches);
  }

  paint();
  system.addEventListener("change", paint);

  // The server writes times in the zone of the reader, which only the browser knows.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`zone=${zone}`)) {
    document.cookie = `zone=${zone};path=/;max-age=31536000;SameSite=Lax`;
  }

  // What stands in hx-ignore was written by a customer: it sends nothing, and it overwrites nothing.
  document.addEventListener("htmx:config:request", (event) => {
    if (event.detail.ctx.sourceElement.closest("[hx-ignore]")) event.preventDefault();
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const strange = (task) => task.type === "oob" && !task.target.hasAttribute("data-oob");
    if (event.detail.tasks.some(strange)) event.preventDefault();
  });
})();
