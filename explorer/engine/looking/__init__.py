"""Questions about the inside of a network, and their answers."""
