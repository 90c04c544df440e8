"""Tests of `explorer.engine.pictures`."""
