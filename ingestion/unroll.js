// One step: click the button that shows more of a list, or scroll to the end of one that goes on by itself.
// Resolves with true when links came that were not there before.
async ([first, patience, words, harm]) => {
  const MORE = new RegExp(words, 'i');
  const HARM = new RegExp(harm, 'i');
  const ELSEWHERE = 'header, nav, footer, dialog, [role=dialog], [class*=review i], [class*=comment i], [class*=cookie i], [class*=cart i], [class*=instagram i], [class*=testimonial i]';
  const seen = (window.__seenLinks ??= new Map());
  const { pathname } = location;

  const note = () => {
    const before = seen.size;
    for (const link of document.querySelectorAll('a[href]')) {
      if (/^https?:/.test(link.href) && seen.size < 5000) seen.has(link.href) || seen.set(link.href, link.textContent.trim().slice(0, 300));
    }
    return seen.size > before;
  };
  const elsewhere = (link) => !link.getAttribute('href').startsWith('#') && link.pathname !== pathname;
  const listAround = (element, most) => {
    for (let around = element.parentElement, up = 0; around && up < 5; around = around.parentElement, up += 1) {
      const links = new Set([...around.querySelectorAll('a[href]')].filter(elsewhere).map((link) => link.href));
      if (links.size >= most) return around;
    }
    return null;
  };
  const visible = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden';
  const leadsAway = (element) => {
    const href = element.getAttribute('href');
    const goes = href && !href.startsWith('#') && !href.startsWith('javascript:');
    return goes || /location|open\(/.test(element.getAttribute('onclick') ?? '') || element.hasAttribute('download');
  };
  const submits = (element) => element.closest('form') && (element.getAttribute('type') ?? 'submit') !== 'button' && element.matches('button, input');
  const isMore = (element) => {
    const words = (element.textContent || element.value || element.getAttribute('aria-label') || '').trim();
    return words.length <= 60 && MORE.test(words) && !HARM.test(words + ' ' + element.className) && !element.disabled
      && element.getAttribute('aria-disabled') !== 'true' && element.getAttribute('aria-expanded') === null
      && !leadsAway(element) && !submits(element) && !element.closest(ELSEWHERE) && visible(element) && listAround(element, 3);
  };
  const button = () => [...document.querySelectorAll('button, a, [role=button], input[type=button]')].find(isMore);
  // What is watched and shows nothing itself stands at the end of a list to say that more is wanted.
  const isSentinel = (element) => element.isConnected && !/^(IMG|PICTURE|VIDEO|IFRAME|SOURCE)$/.test(element.tagName) && !element.querySelector('img, a[href]')
    && element.textContent.trim().length < 40 && listAround(element, 3);
  const lastOfList = (element) => element.isConnected && !element.nextElementSibling && element.parentElement?.children.length >= 4
    && element.matches('li, article, div, a') && (element.matches('a[href]') || element.querySelector('a[href]'));
  const scrollsOn = () => {
    const watched = [...(window.__watched ?? [])];
    if (watched.some((element) => isSentinel(element) || lastOfList(element))) return true;
    const main = document.querySelector('main, [role=main]') ?? document.body;
    return window.__scrolls && [...main.querySelectorAll('a[href]')].filter(elsewhere).length >= 4;
  };
  const more = () => new Promise((resolve) => {
    const began = performance.now();
    const look = () => {
      const asking = (window.__openRequests?.open ?? 0) > 0;
      if (location.pathname !== pathname) return resolve(false);
      if (note()) return resolve(true);
      if (performance.now() - began > (asking ? 3 * patience : patience)) return resolve(false);
      setTimeout(look, 40);
    };
    look();
  });

  // Who watches what comes into view learns of it when the page is drawn, which takes long on a busy machine.
  const drawn = () => new Promise((resolve) => {
    setTimeout(resolve, patience);
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 60)));
  });

  if (first) note();
  const found = button();
  if (found) {
    window.__before ??= document.documentElement.outerHTML;
    found.click();
  } else if (scrollsOn()) {
    // Down, and once a little up: some lists only look when something moves.
    window.scrollTo(0, document.documentElement.scrollHeight - 2 * window.innerHeight);
    await drawn();
    window.scrollTo(0, document.documentElement.scrollHeight);
  } else {
    return false;
  }
  const grew = await more();
  // A click that led elsewhere is undone: what counts is the page that was asked for.
  window.__left = location.pathname !== pathname;
  return grew;
}
