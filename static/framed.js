// In the frame: tells the page around it how high the box is.
new ResizeObserver(() => parent.postMessage({ high: document.body.offsetHeight }, "*")).observe(document.body);
