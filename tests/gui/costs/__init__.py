"""Tests of `explorer.gui.costs`."""
