"""This project's index and retrieval beside those of others, as ratios measured in one run on one machine."""
