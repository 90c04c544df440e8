"""Speed and memory against named baselines that are measured in the same run."""
