"""Tests of `explorer.engine.causes`."""
