"""The Inspect area: a picture, the feature maps it gives, and what the network says."""
