"""Which weights are looked at, and fetching them."""
