"""Many pictures at once, laid out by what a layer makes of them."""
