"""Other tools' counts and published figures beside ours."""
