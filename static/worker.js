// Keeps the manuals that were read last for reading without a connection, with what they need to look right.

const VERSION = "1";
const SHELL = `shell-${VERSION}`;
const READ = `read-${VERSION}`;
const MOST_READ = 40; // documents and their pictures
const LOOSELY = { ignoreVary: true };
const FILES = [/* files */];

self.addEventListener("install", (event) => {
  const keep = (cache) => cache.addAll([...FILES, "/en/offline/", "/he/offline/"]);
  event.waitUntil(caches.open(SHELL).then(keep).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const clear = (name) => name === SHELL || name === READ || caches.delete(name);
  event.waitUntil(caches.keys().then((names) => Promise.all(names.map(clear))).then(() => clients.claim()));
});

// A document, one of its pages, or the picture of a page.
const isReading = (path) => /^(\/(en|he))?\/documents\/\d+\//.test(path) && !path.endsWith("/file/");
const isFixed = (path) => path.startsWith("/static/") || path.startsWith("/media/");

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" || isReading(url.pathname)) event.respondWith(fromSite(event, url));
  else if (isFixed(url.pathname)) event.respondWith(fixed(request));
});

async function fromSite(event, url) {
  const { request } = event;
  try {
    const response = await fetch(request);
    const own = /no-store/.test(response.headers.get("Cache-Control")); // staff's
    if (response.ok && !own && isReading(url.pathname) && !request.headers.has("HX-Request")) event.waitUntil(keep(request, response.clone()));
    return response;
  } catch (failure) {
    const kept = await caches.match(request, LOOSELY);
    if (kept || request.mode !== "navigate") return kept ?? Response.error();
    const language = /^\/he\//.test(url.pathname) ? "he" : "en";
    return (await caches.match(`/${language}/offline/`)) ?? Response.error();
  }
}

async function keep(request, response) {
  const cache = await caches.open(READ);
  await cache.delete(request, LOOSELY);
  await cache.put(request, response);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_READ)).map((key) => cache.delete(key)));
}

const fixed = async (request) => (await caches.match(request, LOOSELY)) ?? fetch(request);

// The offline page asks what there is to read.
self.addEventListener("message", async (event) => {
  if (event.data !== "what was read?") return;
  const pages = [];
  const cache = await caches.open(READ);
  for (const key of (await cache.keys()).reverse()) {
    if (!/\/documents\/\d+\/$/.test(new URL(key.url).pathname)) continue;
    const text = await (await cache.match(key, LOOSELY)).text();
    const title = /<h1[^>]*>(.*?)<\/h1>/s.exec(text)?.[1].replace(/<[^>]+>/g, "").trim();
    pages.push({ url: key.url, title });
  }
  event.source.postMessage({ pages });
});
