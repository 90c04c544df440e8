"""Tests of `explorer.gui.layers`."""
