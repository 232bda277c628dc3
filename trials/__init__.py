"""What the program withstands: faults, hostile input and load, tried on the real thing and printed with their n."""
