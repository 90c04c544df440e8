"""From a map to a multiplication: single numbers, kernels and what they see."""
