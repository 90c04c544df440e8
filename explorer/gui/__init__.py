"""The window: gestures become edits, values become pictures."""
