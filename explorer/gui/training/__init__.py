"""The Train area: data and recipe, live curves, runs."""
