// Who is called hears of it: a toast in every tab that is looked at, a line in the title, and from
// one tab alone a sound and the system's notification.
(() => {
  const OVERLAP_MS = 10000;
  const HIDDEN_MS = 400;
  const STAYS_MS = 20000;
  const TITLE_MS = 5000;
  const REST_MS = 700;
  const KEPT = 60;
  const SOON_MS = 1000;

  const { live } = window.sb ?? {};
  const region = document.getElementById("toasts");
  if (!live || !region) return;
  const { agent } = document.body.dataset;
  let since = Number(live.dataset.drawn);
  let asked = false;

  // --- what this tab has shown, and what this browser has said ---

  function known(store, name, key) {
    const place = `sb-${name}-${agent}`;
    let keys = [];
    try { keys = JSON.parse(store.getItem(place)) ?? []; } catch { keys = []; }
    if (keys.includes(key)) return true;
    try { store.setItem(place, JSON.stringify([...keys, key].slice(-KEPT))); } catch { /* full */ }
    return false;
  }

  // Of all tabs the first one that asks: it keeps the lock until the others have asked, too. What
  // a tab stores may reach another one late; it tells those that are opened afterwards.
  async function isFirst(name, key) {
    const isNew = () => !known(localStorage, name, key);
    if (!navigator.locks) return isNew();
    return new Promise((answer) => {
      navigator.locks.request(`sb-${name}-${agent}-${key}`, { ifAvailable: true }, (lock) => {
        answer(Boolean(lock) && isNew());
        return lock && new Promise((go) => { setTimeout(go, OVERLAP_MS); });
      });
    });
  }

  // --- asking the server: it knows what is seen still, what is quiet, and the words ---

  async function ask() {
    if (asked) { asked = "again"; return; }
    asked = true;
    const answer = await fetch(`/alerts/news?since=${since - OVERLAP_MS}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok) show(await answer.text());
    setTimeout(() => {
      const again = asked === "again";
      asked = false;
      if (again) ask();
    }, REST_MS);
  }

  function show(text) {
    const news = new DOMParser().parseFromString(text, "text/html").querySelector("[data-news]");
    if (!news) return;
    since = Number(news.dataset.until);
    for (const call of [...news.children].reverse()) {
      if (known(sessionStorage, "shown", call.dataset.call) || isTold(call.dataset)) continue;
      const toast = document.importNode(call, true);
      region.prepend(toast);
      setTimeout(leave, STAYS_MS, toast);
      speak(toast.dataset, toast.querySelector("[data-said]")?.textContent ?? "");
    }
  }

  // What became of his own message stands over the composer in which it waits.
  function isTold({ kind, url }) {
    const here = document.querySelector(".sb-session")?.dataset.conversation;
    return !document.hidden && ["approved", "rejected"].includes(kind) && url === `/conversations/${here}`;
  }

  function leave(toast) {
    if (document.hidden || toast.matches(":hover, :focus-within")) setTimeout(leave, STAYS_MS, toast);
    else toast.remove();
  }

  // --- one tab speaks: the one that is looked at before the others ---

  async function speak(call, words) {
    const looked = !document.hidden;
    if (!looked) await new Promise((go) => { setTimeout(go, HIDDEN_MS); });
    if ("sound" in call && mayPlay() && await isFirst("played", call.call)) play(call.kind);
    if ("notify" in call && await isFirst("notified", call.call) && !looked) notify(call, words);
  }

  function notify(call, words) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const body = [call.where, call.name].filter(Boolean).join(" · ");
    const note = new Notification(words, { body, tag: call.url });
    note.onclick = () => {
      window.focus();
      note.close();
      location.assign(call.url);
    };
  }

  // --- a sound of our own: two short tones, falling when a promise was broken ---

  let sound = null;
  const mayPlay = () => navigator.userActivation?.hasBeenActive ?? false;

  function tone(frequency, at) {
    const voice = sound.createOscillator();
    const volume = sound.createGain();
    voice.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.16, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.32);
    voice.connect(volume).connect(sound.destination);
    voice.start(at);
    voice.stop(at + 0.34);
  }

  async function play(kind) {
    sound ??= new AudioContext();
    await sound.resume();
    const tones = kind === "breach" ? [880, 587, 880] : [587, 784];
    tones.forEach((frequency, place) => tone(frequency, sound.currentTime + place * 0.18));
    document.documentElement.dataset.played = kind;
  }

  // --- the title says it, too, as long as the toast stands ---

  const words = document.getElementById("due-words").dataset;
  // The server's clock against this one, as the page was drawn.
  const skew = Number(live.dataset.drawn) - Date.now();
  let kept = null;
  let telling = 0;

  function wordsOf({ dueAt, soon, late }) {
    const left = Number(dueAt) - Date.now() - skew;
    if (left <= 0) return late;
    const minutes = Math.ceil(left / 60000);
    const length = minutes > 90 ? words.hours.replace("#", Math.round(minutes / 60)) : words.minutes.replace("#", minutes);
    return soon.replace("#", () => length);
  }

  function retitle() {
    const call = region.querySelector("[data-due-at]");
    const count = document.title.match(/^\(\d+\+?\) /)?.[0] ?? "";
    if (call) {
      kept ??= document.title.slice(count.length);
      document.title = `${count}${wordsOf(call.dataset)} · ${kept.split(" · ").at(-1)}`;
      telling ||= setInterval(retitle, TITLE_MS);
    } else if (kept !== null) {
      document.title = `${count}${kept}`;
      clearInterval(telling);
      [kept, telling] = [null, 0];
    }
  }

  new MutationObserver(retitle).observe(region, { childList: true });

  // Between the page's drawing and its first line somebody may have called; a later `ready` says
  // that the line was cut meanwhile.
  const begun = performance.now();
  let lines = 0;
  live.addEventListener("notice", ask);
  live.addEventListener("ready", () => {
    if (lines++ || performance.now() - begun > SOON_MS) ask();
  });

  // The bell, which is counted anew when the line stands, tells what came before that.
  const counted = () => Number(document.getElementById("alerts-count")?.dataset.count ?? 0);
  let bell = counted();
  document.addEventListener("htmx:finally:swap", () => {
    const before = bell;
    bell = counted();
    if (bell > before) ask();
  });

  // --- the account page: permission is asked for by a button, a sound tried by another ---

  function say(box) {
    const state = !window.isSecureContext ? "insecure" : !("Notification" in window) ? "none" : Notification.permission;
    for (const line of box.querySelectorAll("[data-permission]")) line.hidden = line.dataset.permission !== state;
  }

  for (const box of document.querySelectorAll("[data-notifications]")) say(box);
  document.addEventListener("click", async ({ target }) => {
    if (target.closest("[data-asks-permission]")) {
      await Notification.requestPermission();
      for (const box of document.querySelectorAll("[data-notifications]")) say(box);
    }
    if (target.closest("[data-plays]")) play(target.closest("[data-plays]").dataset.plays);
  });
})();
