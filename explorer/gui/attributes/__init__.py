"""Forms from declared attributes, and the formulas that show what they do."""
