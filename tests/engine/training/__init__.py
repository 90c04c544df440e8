"""Tests of `explorer.engine.training`."""
