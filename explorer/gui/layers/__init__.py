"""The layer table below the canvas."""
