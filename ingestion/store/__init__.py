"""Writing what was read into the catalogue, one transaction a page."""
