"""Pages, made in a worker."""
