"""Tests of `explorer.engine.counting`."""
