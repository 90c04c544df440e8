"""Tests of `explorer.gui.audit`."""
