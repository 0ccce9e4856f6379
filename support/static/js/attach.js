// What goes along with a reply: files that were chosen, pasted or dropped, and the message it quotes.
(() => {
  const by = (id) => document.getElementById(id);
  let files = [];

  // --- files ---

  function add(list) {
    const form = by("reply");
    if (!form || form.dataset.locked === "yes") return;
    for (const file of list) {
      const bad = file.size === 0 ? "empty" : file.size > form.dataset.megabytes * 1048576 && "tooLarge";
      if (bad) refuse(form.dataset[bad].replace("#", () => file.name));
      else files.push(file);
    }
    choose(files);
  }

  function refuse(sentence) {
    const line = document.createElement("p");
    line.className = "sb-refusal";
    line.textContent = sentence;
    by("status").replaceChildren(line);
    setTimeout(() => line.remove(), 8000);
  }

  function choose(others) {
    files = others;
    const list = document.querySelector(".sb-chosen");
    if (!list) return;
    sb.count(by("reply"));
    list.hidden = !files.length;
    list.replaceChildren(...files.map((file) => chip(file, list.dataset.remove)));
  }

  function chip(file, remove) {
    const line = document.createElement("li");
    if (/^image\/(png|jpeg|webp|gif)$/.test(file.type)) {
      const picture = new Image();
      picture.onload = () => URL.revokeObjectURL(picture.src);
      picture.src = URL.createObjectURL(file);
      picture.alt = "";
      line.append(picture);
    }
    const name = document.createElement("bdi");
    name.textContent = file.name;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: "×", title: remove });
    button.setAttribute("aria-label", `${remove}: ${file.name}`);
    button.onclick = () => choose(files.filter((one) => one !== file));
    line.append(name, button);
    return line;
  }

  document.addEventListener("change", ({ target }) => {
    if (target.matches?.('#reply [name="files"]')) { add([...target.files]); target.value = ""; }
  });
  document.addEventListener("paste", (event) => {
    if (event.target.closest?.("#reply") && event.clipboardData.files.length) {
      event.preventDefault();
      add([...event.clipboardData.files]);
    }
  });
  const carriesFiles = (event) => event.target.closest?.(".sb-session") && event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (carriesFiles(event)) { event.preventDefault(); add([...event.dataTransfer.files]); }
  });

  // --- quoting ---

  function quote(button) {
    requote(button.dataset.quotes);
    sb.choose("reply");
  }

  // By its number in Telegram; of what is not on the page only the number is known.
  function requote(number) {
    if (!number) return;
    const form = by("reply");
    const line = document.querySelector(`[data-quotes="${CSS.escape(number)}"]`)?.closest(".sb-message");
    const words = line?.querySelector(".sb-words")?.textContent ?? line?.querySelector(".sb-file-name, .sb-kind")?.textContent;
    form.elements.reply_to.value = number;
    const place = form.querySelector(".sb-quoting");
    place.hidden = false;
    place.querySelector("span").textContent = words?.trim() || `#${number}`;
  }

  function unquote() {
    const form = by("reply");
    form.elements.reply_to.value = "";
    form.querySelector(".sb-quoting").hidden = true;
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-quotes]");
    if (button) quote(button);
    if (target.closest("[data-unquote]")) unquote();
  });

  sb.files = { chosen: () => files, choose, unquote, requote };
})();
