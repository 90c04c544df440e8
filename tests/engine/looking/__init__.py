"""Tests of `explorer.engine.looking`."""
