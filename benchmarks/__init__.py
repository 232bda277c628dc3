"""Speed and scale, measured on the real thing and printed with their n."""
