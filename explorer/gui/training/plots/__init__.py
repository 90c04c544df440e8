"""Curves of runs: drawn, decimated, read off and exported."""
