"""Data sets: found, fetched, read, fitted and augmented."""
