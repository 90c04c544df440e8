"""Tests of `explorer.gui.inspector`."""
