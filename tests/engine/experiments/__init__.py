"""Tests of `explorer.engine.experiments`."""
