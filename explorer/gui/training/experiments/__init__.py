"""Experiments in one click: chosen, watched and concluded."""
