"""The canvas: a document as a picture, and gestures on the picture as edits."""
