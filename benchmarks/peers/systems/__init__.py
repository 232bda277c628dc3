"""What runs in a process of its own: one file for each peer, in the peer's own environment, and one for ourselves."""
