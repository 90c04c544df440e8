"""Networks as torch modules: built, weighed, run step by step, with parts switched off."""
