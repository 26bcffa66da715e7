"""Model numbers, dates and figures read from left to right, wherever they stand in a Hebrew page."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.mark.parametrize("address", ["/products/lumenhall/lumenhall-k-49/", "/search/?q=K-49"])
def test_model_numbers_read_from_left_to_right_in_hebrew(visit, address: str):
    page = visit(address, language="he")
    places = page.evaluate("""() => {
      const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), wrong = [];
      const at = (node, n) => { const r = document.createRange(); r.setStart(node, n); r.setEnd(node, n + 1);
        return r.getClientRects()[0]; };
      for (let node; (node = walker.nextNode());)
        for (const found of node.data.matchAll(/\\bK-(25|49|61)\\b/g)) {
          const first = at(node, found.index), last = at(node, found.index + found[0].length - 1);
          if (first && last && Math.abs(first.top - last.top) < 4 && first.left > last.left)
            wrong.push(node.data.slice(0, 60));
        }
      return wrong;
    }""")
    assert places == []
