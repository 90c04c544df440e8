"""Causes of a prediction: methods, switches and what excites a channel."""
