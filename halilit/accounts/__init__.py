"""Staff's accounts: logging in, the second factor, and the record of what staff did."""
