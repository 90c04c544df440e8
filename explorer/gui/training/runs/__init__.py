"""The list of runs: found, told apart, annotated and acted upon."""
