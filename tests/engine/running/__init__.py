"""Tests of `explorer.engine.running`."""
