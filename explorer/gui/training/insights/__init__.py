"""What the layers do while they learn, findings, mistakes and probes."""
