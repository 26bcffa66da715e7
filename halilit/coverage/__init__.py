"""The staff's pages of what the catalogue lacks: the ledger joined with what people ask for and what runs found."""
