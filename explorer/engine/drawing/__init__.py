"""Numbers as colours, and maps as tiles."""
