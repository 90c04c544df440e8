"""Tests of `explorer.engine.data`."""
