"""The Compare area: networks side by side, their stages, differences and place among the known ones."""
