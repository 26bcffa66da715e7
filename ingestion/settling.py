"""Knows when a page in the browser has put itself together: nothing more is loaded, and its text has come to rest."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

SETTLE_SECONDS = 6.0  # then it is taken as it is: some pages never rest
QUIET_MS = 20  # without a change, once everything that it asked for has come and it has something to say
SILENT_MS = 300  # the same while it says next to nothing: it may be about to
SOME_TEXT = 1500  # characters
RESTLESS_MS = 2000  # without a change, while something is still being loaded (long polls, broken widgets)

# Counts what scripts have asked for and not got yet. A page sees the functions that it knows.
COUNT_REQUESTS = """
(() => {
  const count = { open: 0 };
  Object.defineProperty(window, '__openRequests', { value: count });
  const ended = () => { count.open -= 1 };
  addEventListener('beforeunload', () => { count.open += 1 });  // it is being left for another page
  const { fetch } = window;
  window.fetch = function (...words) {
    count.open += 1;
    const answer = fetch.apply(this, words);
    answer.then(ended, ended);
    return answer;
  };
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (...words) {
    count.open += 1;
    this.addEventListener('loadend', ended, { once: true });
    try { return send.apply(this, words) } catch (problem) { ended(); throw problem }
  };
})();
"""

# Resolves when the page rests. It watches changes: measuring the text all the time would lay out the page each time.
AT_REST = """([quiet, silent, text, restless, most]) => new Promise(resolve => {
  const began = performance.now();
  let changed = began, came = 0, looked = began;
  const watch = new MutationObserver(() => { changed = performance.now() });
  watch.observe(document, { childList: true, characterData: true, subtree: true });
  const look = () => {
    const now = performance.now();
    const loading = document.readyState !== 'complete' || (window.__openRequests?.open ?? 0) > 0;
    if (loading) came = now;  // what has just come is yet to be shown
    if (now - looked > silent / 2) changed = now;  // the machine let nothing happen: that says nothing of the page
    looked = now;
    const still = now - (loading ? changed : Math.max(changed, came));
    const rests = loading ? still >= restless
      : still >= silent || (still >= quiet && document.body?.innerText.length >= text);
    if (!rests && now - began < most) return setTimeout(look, 10);
    watch.disconnect();
    resolve();
  };
  look();
})"""


async def prepare(context: "BrowserContext") -> None:
    """Let the pages of a context count what they ask for."""
    await context.add_init_script(COUNT_REQUESTS)


def words(seconds: float) -> list[float]:
    """What AT_REST is told, where so many seconds are left."""
    return [QUIET_MS, SILENT_MS, SOME_TEXT, RESTLESS_MS, max(0.0, seconds) * 1000]
