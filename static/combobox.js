// A search box with results is a combobox (ARIA 1.2): the focus stays in the box, the arrows go through what was found,
// Enter opens it, Escape closes the list. The list is for those who hear the page; others see the result marked.
const LINKS = "a.cover, a.title, a.snippet";

const element = (name, attributes, text = "") => {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.textContent = text;
  return made;
};

const worded = (link) => {
  const brand = link.matches(".snippet") ? null : link.closest("li")?.querySelector(".meta span");
  return [link, brand].filter(Boolean).map((one) => one.textContent.trim().replace(/\s+/g, " ")).join(", ");
};

const combobox = (box) => {
  const label = box.labels[0]?.textContent ?? "";
  const list = element("div", { id: `${box.id}-options`, role: "listbox", class: "visually-hidden", "aria-label": label });
  const count = element("p", { role: "status", class: "visually-hidden" });
  box.form.append(list, count);
  let links = [];
  let at = -1;

  const mark = (next) => {
    links[at]?.removeAttribute("data-active");
    at = next;
    list.querySelectorAll("[role=option]").forEach((option, place) => option.setAttribute("aria-selected", place === at));
    if (!links[at]) return box.removeAttribute("aria-activedescendant");
    links[at].setAttribute("data-active", "");
    links[at].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", `${list.id}-${at}`);
  };
  const close = () => {
    mark(-1);
    list.replaceChildren();
    links = [];
    box.setAttribute("aria-expanded", "false");
  };
  const open = () => {
    close();
    const found = document.querySelector(box.dataset.results);
    links = [...(found?.querySelectorAll(LINKS) ?? [])].filter((link) => link.offsetParent);
    const groups = new Map();
    links.forEach((link, place) => {
      const section = link.closest("section");
      const name = section?.querySelector("h2")?.textContent ?? label;
      if (!groups.has(name)) groups.set(name, element("div", { role: "group", "aria-label": name }));
      groups.get(name).append(element("div", { role: "option", id: `${list.id}-${place}`, "aria-selected": false }, worded(link)));
    });
    list.append(...groups.values());
    box.setAttribute("aria-expanded", links.length > 0);
  };

  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": list.id, "aria-expanded": false })) {
    box.setAttribute(name, value);
  }
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    if (!target.closest?.(box.dataset.results)) return;
    count.textContent = document.querySelector(`${box.dataset.results} [data-found]`)?.textContent ?? "";
    if (document.activeElement === box) open();
    else close();
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      if (!links.length) open();
      if (!links.length) return;
      event.preventDefault();
      mark(((at + 1 + step + links.length + 1) % (links.length + 1)) - 1); // past the last one, and before the first, is the box
    } else if (event.key === "Enter" && links[at]) {
      event.preventDefault();
      links[at].click();
    } else if (event.key === "Escape" && links.length) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
};

document.querySelectorAll("input[data-results]").forEach(combobox);
