// Runs before a page's own scripts: notes which elements they watch for coming into view.
(() => {
  const watched = new Set();
  Object.defineProperty(window, '__watched', { value: watched });
  const { observe } = window.IntersectionObserver.prototype;
  window.IntersectionObserver.prototype.observe = function (element) {
    if (watched.size < 500) watched.add(element);
    return observe.call(this, element);
  };
  const { addEventListener } = window.EventTarget.prototype;
  window.EventTarget.prototype.addEventListener = function (type, ...rest) {
    if (type === 'scroll' && (this === window || this === document)) window.__scrolls = true;
    return addEventListener.call(this, type, ...rest);
  };
})();
