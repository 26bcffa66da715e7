// Small comforts. Every page works without this file.

// "/" goes to the page's search box, "Escape" leaves it.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && typing?.matches("[data-shortcut]")) typing.blur();
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const boxes = [...document.querySelectorAll('[data-shortcut="/"]')].filter((box) => box.offsetParent);
  const box = boxes.find((candidate) => candidate.closest("main")) ?? boxes[0];
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// A form that both asks (POST) and searches (GET) must not carry its token into an address.
document.addEventListener("submit", (event) => {
  if (event.submitter?.formMethod !== "get" && event.target.method !== "get") return;
  event.target.addEventListener("formdata", ({ formData }) => formData.delete("csrfmiddlewaretoken"), { once: true });
});

// Filters apply as soon as they are chosen; the form's button is there for those without scripts.
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
});

// A cited page opens beside the answer; without scripts its link leads to a page of its own.
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id !== "page-dialog" || !target.childElementCount) return;
  if (!target.open) target.showModal();
  target.scrollTop = 0;
  const mark = target.querySelector("rect, mark");
  mark?.scrollIntoView({ block: "center" });
});

// Arrow keys turn the pages of the document on view.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const turns = document.dir === "rtl" ? ["next", "prev"] : ["prev", "next"];
  const turn = turns[["ArrowLeft", "ArrowRight"].indexOf(event.key)];
  if (!turn) return;
  const view = document.querySelector("dialog[open] .page-view") ?? document.querySelector("main .page-view");
  view?.querySelector(`a[rel="${turn}"]`)?.click();
});

// A search while one types, from two letters on; combobox.js lets the arrows go through what was found.
document.addEventListener("htmx:beforeRequest", (event) => {
  const box = event.target;
  if (box.matches?.("input[data-results]") && box.value.trim().length === 1) event.preventDefault();
});

// Copy an answer (its text comes from the link's own address) or a link; print.
const copied = (control) => {
  const label = control.querySelector("span") ?? control;
  const before = label.textContent;
  label.textContent = control.dataset.done;
  label.setAttribute("role", "status");
  setTimeout(() => { label.textContent = before; label.removeAttribute("role"); }, 2500);
};
const textOf = (address) => fetch(address).then((answer) => {
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.text();
});
document.addEventListener("click", (event) => {
  const control = event.target.closest?.("[data-copy], [data-copy-link], [data-print]");
  if (!control) return;
  if ("print" in control.dataset) return window.print();
  const link = document.getElementById(control.dataset.copyLink);
  if (!navigator.clipboard) {
    if (link) event.preventDefault();
    return;
  }
  event.preventDefault();
  const text = link ? Promise.resolve(link.href) : textOf(control.href);
  const blob = text.then((plain) => new Blob([plain], { type: "text/plain" }));
  navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]).then(
    () => copied(control),
    () => { if (control.href) window.location.assign(control.href); },
  );
});

// What was read is kept for when there is no connection; the offline page lists it.
if ("serviceWorker" in navigator && window.isSecureContext) {
  navigator.serviceWorker.register("/worker.js").catch(() => {});
  const list = document.getElementById("kept-list");
  if (list) {
    navigator.serviceWorker.addEventListener("message", ({ data }) => {
      for (const { url, title } of data.pages ?? []) {
        const link = Object.assign(document.createElement("a"), { href: url, textContent: title || url, className: "title" });
        const row = Object.assign(document.createElement("li"), { className: "entry" });
        row.append(link);
        list.append(row);
      }
      document.getElementById("kept").hidden = !list.childElementCount;
    });
    navigator.serviceWorker.ready.then(({ active }) => active.postMessage("what was read?"));
  }
}

// A page is fetched when a pointer rests on its link or a finger touches it: it is there when the link is followed.
const fetched = new Set();
let resting;
const wanted = (target) => {
  const link = target.closest?.("a[href]");
  if (!link || link.origin !== location.origin || link.pathname === location.pathname || link.matches("[download], [hreflang]")) return;
  if (/^\/((en|he)\/)?(admin|staff|api|media)\//.test(link.pathname) || link.pathname.endsWith("/file/")) return;
  return fetched.has(link.href) || navigator.connection?.saveData ? undefined : link.href;
};
const prefetch = (href) => {
  if (!href || fetched.has(href)) return;
  fetched.add(href);
  document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", href }));
};
document.addEventListener("pointerover", ({ target, pointerType }) => {
  clearTimeout(resting);
  const href = pointerType === "mouse" && wanted(target);
  if (href) resting = setTimeout(prefetch, 80, href);
});
document.addEventListener("touchstart", ({ target }) => prefetch(wanted(target)), { passive: true });

// Which result was opened goes to the staff's log of searches, without anything of who opened it.
document.addEventListener("click", (event) => {
  const note = document.querySelector("#search-note");
  const link = event.target.closest("#results a.cover, #results a.title, #results a.snippet, #results h3 a");
  if (!note || !link) return;
  const said = new FormData(note);
  said.set("to", link.pathname);
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
  if (token) said.set("csrfmiddlewaretoken", token);
  navigator.sendBeacon(note.getAttribute("hx-post"), said);
});
