"""Feature maps, vectors and kernels in the middle of the area."""
