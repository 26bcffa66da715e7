"""The website of an invented brand, for trying the support centre without touching anyone's site."""

# The name under which it stands among the brands.
BRAND = "Lumenhall"
