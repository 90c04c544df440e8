"""The network as a value, and all that follows from it without torch or Qt."""
