"""Known networks, as values. Importing `catalog` registers all of them."""
