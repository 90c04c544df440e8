"""Blocks and networks to build with."""
