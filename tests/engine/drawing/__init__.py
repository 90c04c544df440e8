"""Tests of `explorer.engine.drawing`."""
