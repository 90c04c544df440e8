"""The choice of data, its samples and its augmentation."""
