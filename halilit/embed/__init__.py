"""The ask box on other sites' pages, such as the distributor's shop: one script tag, from allowed sites only."""
