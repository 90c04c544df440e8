"""Tests of `explorer.gui.attributes`."""
