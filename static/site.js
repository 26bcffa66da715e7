// Small comforts. Every page works without this file.
const on = (name, act, how) => document.addEventListener(name, act, how);
const combined = (key) => key.ctrlKey || key.metaKey || key.altKey;
const FIELDS = "input, textarea, select, [contenteditable]";

// "/" goes to the page's search box, "Escape" leaves it.
on("keydown", (event) => {
  const typing = event.target.closest(FIELDS);
  const ours = typing?.matches("[data-shortcut]");
  if (event.key === "Escape" && ours) typing.blur();
  if (event.key !== "/" || combined(event) || (typing && (typing.value || !ours))) return;
  const boxes = [...document.querySelectorAll("[data-shortcut]")].filter((one) => one.offsetParent);
  const box = boxes.find((one) => one.closest("main")) ?? boxes[0];
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// A form that asks (POST) and searches (GET) must not carry its token into an address.
on("submit", (event) => {
  if (event.submitter?.formMethod !== "get" && event.target.method !== "get") return;
  event.target.addEventListener("formdata", ({ formData }) => formData.delete("csrfmiddlewaretoken"), { once: true });
});

// Filters apply when chosen with a pointer; keys pass by each choice, so there Enter applies.
let chosen, held, place;
on("keydown", ({ target, key }) => {
  if (key === "Enter" && chosen === target) target.form.requestSubmit();
  chosen = target.matches("[data-submit]") && target;
});
on("pointerdown", () => { chosen = held = 0; });
on("change", ({ target }) => {
  if (target.matches("select[data-submit]") && chosen !== target) target.form.requestSubmit();
});

// What is replaced hands its focus to what asks for it, its like, or its first control.
const hold = ({ target, detail }) => {
  const now = document.activeElement;
  if (now === document.body) return;
  place = detail.target?.contains ? detail.target : target; // not an EventSource
  held = place.contains(now) && now;
};
on("htmx:beforeSwap", hold);
on("htmx:sseBeforeMessage", hold);
on("htmx:afterSettle", ({ target }) => {
  const lost = () => document.activeElement === document.body;
  if (!held || !lost() || (place.isConnected && place !== target)) return;
  const all = [...target.querySelectorAll("a[href], button, input:not([type=hidden]), textarea")];
  const like = all.find(({ name, value }) => name && name + value === held.name + held.value);
  (target.querySelector("[autofocus]") ?? like ?? all[0])?.focus();
  held = lost() && held;
});

// A cited page opens beside the answer; without scripts it has a page of its own.
on("htmx:afterSwap", ({ target }) => {
  if (target.id !== "page-dialog" || !target.childElementCount) return;
  if (!target.open) target.showModal();
  target.scrollTop = 0;
  target.querySelector("rect, mark")?.scrollIntoView({ block: "center" });
});

// Arrow keys turn the pages of a document.
on("keydown", (event) => {
  if (combined(event) || event.shiftKey || event.target.closest(FIELDS)) return;
  const turns = document.dir === "rtl" ? ["next", "prev"] : ["prev", "next"];
  const turn = turns[["ArrowLeft", "ArrowRight"].indexOf(event.key)];
  if (!turn) return;
  document.querySelector(`:is(dialog[open], main) > .page-view:not(.htmx-added) a[rel="${turn}"]`)?.click();
});

// Search while one types begins at two letters.
on("htmx:beforeRequest", (event) => {
  const box = event.target;
  if (box.matches?.("input[data-results]") && box.value.trim().length === 1) event.preventDefault();
});

// Copy an answer or a link; print.
const copied = (control) => {
  const label = control.querySelector("span") ?? control;
  const before = label.textContent;
  label.textContent = control.dataset.done;
  label.role = "status";
  setTimeout(() => { label.textContent = before; label.role = null; }, 2500);
};
const textOf = (address) => fetch(address).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer)));
on("click", (event) => {
  const control = event.target.closest("[data-copy], [data-copy-link], [data-print]");
  if (!control) return;
  if ("print" in control.dataset) return window.print();
  const link = document.getElementById(control.dataset.copyLink);
  if (link || navigator.clipboard) event.preventDefault();
  if (!navigator.clipboard) return;
  const text = link ? Promise.resolve(link.href) : textOf(control.href);
  navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]).then(
    () => copied(control),
    () => { if (control.href) window.location.assign(control.href); },
  );
});

// What was read is kept for the offline page, which lists it.
const keeper = navigator.serviceWorker;
if (keeper) {
  keeper.register("/worker.js").catch(() => {});
  const list = document.getElementById("kept-list");
  if (list) {
    keeper.addEventListener("message", ({ data }) => {
      for (const { url, title } of data.pages ?? []) {
        const row = list.appendChild(document.createElement("li"));
        row.className = "entry";
        row.append(Object.assign(document.createElement("a"), { href: url, textContent: title || url, className: "title" }));
      }
      document.getElementById("kept").hidden = !list.childElementCount;
    });
    keeper.ready.then(({ active }) => active.postMessage("what was read?"));
  }
}

// A page is fetched when a pointer rests on its link.
const fetched = new Set();
let resting;
const prefetch = (target) => {
  const link = target.closest?.("a[href]:not([download], [hreflang])");
  if (!link || link.origin !== location.origin || link.pathname === location.pathname) return;
  if (/^\/((en|he)\/)?(admin|staff|api|media)\/|\/file\/$/.test(link.pathname)) return;
  if (fetched.has(link.href) || navigator.connection?.saveData) return;
  fetched.add(link.href);
  document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", href: link.href }));
};
on("pointerover", ({ target, pointerType }) => {
  clearTimeout(resting);
  if (pointerType === "mouse") resting = setTimeout(prefetch, 80, target);
});
on("touchstart", ({ target }) => prefetch(target), { passive: true });

// Which result was opened goes to the log of searches, not who opened it.
on("click", (event) => {
  const note = document.querySelector("#search-note");
  const link = event.target.closest("#results a.cover, #results a.title, #results a.snippet, #results h3 a");
  if (!note || !link) return;
  const said = new FormData(note);
  said.set("to", link.pathname);
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
  if (token) said.set("csrfmiddlewaretoken", token);
  navigator.sendBeacon(note.getAttribute("hx-post"), said);
});
