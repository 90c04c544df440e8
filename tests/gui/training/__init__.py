"""Tests of `explorer.gui.training`."""
