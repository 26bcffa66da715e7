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
