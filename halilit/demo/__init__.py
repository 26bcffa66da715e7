"""The website of an invented brand, for trying the support centre without touching anyone's site."""
