"""Pictures: read safely, altered, and made into what a network takes."""
