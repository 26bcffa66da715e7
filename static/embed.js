// On the shop's page: the ask box where its tag is, out of reach of its styles.
(() => {
  const tag = document.currentScript, { origin } = new URL(tag.src), { language, into, ...about } = tag.dataset;
  const code = (language || document.documentElement.lang).slice(0, 2);
  const address = new URL(/en|he/.test(code) ? `/${code}/embed/` : "/embed/", origin);
  for (const name of ["theme", "brand", "product"]) if (about[name]) address.searchParams.set(name, about[name]);
  const [host, frame] = ["div", "iframe"].map((name) => document.createElement(name));
  frame.src = address;
  frame.title = code === "he" ? "שאלה למרכז התמיכה" : "Ask the support centre";
  // By the object model, which strict policies allow.
  host.style.cssText = "display:block!important;max-inline-size:44rem";
  frame.style.cssText = "inline-size:100%;block-size:0;border:0";
  host.attachShadow({ mode: "open" }).append(frame);
  if (into) document.querySelector(into).append(host);
  else tag.after(host);
  let heard;
  addEventListener("message", ({ source, origin: from, data }) => {
    if (source !== frame.contentWindow || from !== origin || !(data?.high > 0)) return;
    heard = true;
    frame.style.blockSize = `${data.high}px`;
  });
  setTimeout(() => {
    if (heard) return;
    host.remove();
    console.warn(`No ask box: allow ${location.origin} at ${origin}/staff/embed/`);
  }, 15000);
})();
