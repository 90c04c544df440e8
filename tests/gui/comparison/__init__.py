"""Tests of `explorer.gui.comparison`."""
