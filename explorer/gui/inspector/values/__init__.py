"""How one number came about, term by term."""
