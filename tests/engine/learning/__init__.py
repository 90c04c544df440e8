"""Tests of `explorer.engine.learning`."""
