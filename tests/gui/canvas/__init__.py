"""Tests of `explorer.gui.canvas`."""
