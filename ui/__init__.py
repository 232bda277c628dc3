"""The page: it shows what the stages before it say, and works nothing out for itself."""
