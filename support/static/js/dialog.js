// The one dialog of the desk: what arrives opens it, what succeeds closes it, what was typed stays.
(() => {
  const dialog = document.getElementById("dialog");
  const body = document.getElementById("dialog-body");
  const kept = new Map();

  const caseOf = (form) => form.getAttribute("action").split("/")[2];

  // --- what was typed: kept while the page lives, given back when the form is opened again ---

  function keep(form) {
    const fields = [...form.elements].filter((one) => one.matches("textarea, select, [type=radio]:checked"));
    kept.set(`${caseOf(form)} ${form.id}`, fields.map((one) => [one.name, one.value]));
  }

  function giveBack(form) {
    for (const [name, value] of kept.get(`${caseOf(form)} ${form.id}`) ?? []) {
      const field = form.elements.namedItem(name);
      if (field instanceof RadioNodeList) chooseRadio(form, name, value);
      else if (field && !field.value) field.value = value;
    }
  }

  // What the server has chosen counts: it knows why the form was opened.
  function chooseRadio(form, name, value) {
    const radio = form.querySelector(`[name="${name}"][value="${CSS.escape(value)}"]`);
    const chosen = form.querySelector(`[name="${name}"]:checked`);
    if (radio && (!chosen || name === "to")) radio.checked = true;
  }

  document.addEventListener("input", ({ target }) => {
    const form = target.closest?.("#dialog form");
    if (form && form.id !== "stopped") keep(form); // each warning is answered for itself
  });

  // --- the reason says tier and group, until somebody chooses himself ---

  function follow(form, reason) {
    const { tier, group } = reason.dataset;
    const choose = (name, value) => {
      const radio = form.querySelector(`[name="${name}"][value="${value}"]`);
      if (radio && !form.dataset[`own-${name}`.replace(/-./, (two) => two[1].toUpperCase())]) radio.checked = true;
    };
    choose("tier", tier);
    if (group) choose("group", group);
  }

  function begin(form) {
    const reason = form.querySelector('[name="reason"]:checked');
    if (reason && !form.querySelector('[name="tier"]:checked')) follow(form, reason);
  }

  document.addEventListener("change", ({ target }) => {
    const form = target.closest?.("#escalation");
    if (!form) return;
    if (target.name === "reason") follow(form, target);
    if (target.name === "tier") form.dataset.ownTier = "";
    if (target.name === "group") form.dataset.ownGroup = "";
  });

  // --- opening and closing ---

  function arrived() {
    const form = body.querySelector("form");
    if (form) { giveBack(form); begin(form); }
    if (!dialog.open) dialog.showModal();
    else (body.querySelector("[autofocus]:checked") ?? body.querySelector("[autofocus]"))?.focus();
    body.scrollTop = 0;
  }

  function succeeded(form) {
    if (form) kept.delete(`${caseOf(form)} ${form.id}`);
    kept.delete(`${caseOf(form)} transfer`);
    dialog.close();
    body.replaceChildren();
  }

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!dialog) return;
    const id = ctx.target?.id;
    // Where the answer chose the dialog itself, its place is a selector.
    if (id === "dialog-body" || ctx.target === "#dialog-body") arrived();
    const form = ctx.sourceElement?.closest?.("form");
    if ((id === "thread" || id === "session") && form && dialog.contains(form)) succeeded(form);
  });

  // A deed that was chosen in a menu closes the menu.
  document.addEventListener("click", ({ target }) => {
    const menu = target.closest?.(".sb-more-deeds");
    if (menu && target.closest(".btn")) setTimeout(() => menu.matches(":popover-open") && menu.hidePopover());
  });

  addEventListener("DOMContentLoaded", () => {
    for (const form of document.querySelectorAll("#escalation")) begin(form);
  });
})();
