"""Folders of trainings: written, read, watched, steered and judged."""
