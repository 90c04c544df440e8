"""Tests of `explorer.gui.palette`."""
