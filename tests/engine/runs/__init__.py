"""Tests of `explorer.engine.runs`."""
