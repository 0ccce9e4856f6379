// Before htmx and before the first paint: the theme of the system, and two walls.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  function paint() {
    if (root.classList.contains("auto")) root.classList.toggle("dark", system.matches);
  }

  paint();
  system.addEventListener("change", paint);

  // What stands in hx-ignore was written by a customer: it sends nothing, and it overwrites nothing.
  document.addEventListener("htmx:config:request", (event) => {
    if (event.detail.ctx.sourceElement.closest("[hx-ignore]")) event.preventDefault();
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const strange = (task) => task.type === "oob" && !task.target.hasAttribute("data-oob");
    if (event.detail.tasks.some(strange)) event.preventDefault();
  });
})();
