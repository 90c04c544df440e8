"""Tests of `explorer.engine.cells`."""
