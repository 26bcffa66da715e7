// The markup of a page with every link that stood in it at any time, or null where it is larger than `most` characters.
(most) => {
  const html = (window.__left && window.__before) || document.documentElement?.outerHTML || '';
  const here = window.__seenLinks && new Set([...document.querySelectorAll('a[href]')].map((link) => link.href));
  const gone = here ? [...window.__seenLinks].filter(([href]) => !here.has(href)) : [];
  const list = document.createElement('ul');
  for (const [href, words] of gone) {
    const link = document.createElement('a');
    link.href = href;
    link.textContent = words;
    list.append(document.createElement('li'));
    list.lastChild.append(link);
  }
  const all = gone.length ? html.replace(/<\/body>/i, () => `${list.outerHTML}</body>`) : html;
  return all.length > most ? null : `<!doctype html>${all}`;
}
