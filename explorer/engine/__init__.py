"""Networks that run: torch is imported here and nowhere else."""
