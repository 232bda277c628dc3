"""How the learned reader is made: question sets to groups, groups to weights, weights to a graph."""
