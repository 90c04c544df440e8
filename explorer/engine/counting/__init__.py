"""Counts, times and memory: our own beside what other tools and the device say."""
