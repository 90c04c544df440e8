"""Two networks, or two epochs, beside each other."""
