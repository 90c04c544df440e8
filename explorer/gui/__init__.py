"""The window: gestures become edits, values become pictures."""

from explorer.gui.overrides import guard_overrides

guard_overrides()  # before any class of the window is made
