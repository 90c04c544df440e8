"""The form of the recipe, its presets and its aids."""
