"""Pages on what a network costs: where its parameters, operations, activations and time are."""
