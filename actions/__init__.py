"""Changes the world: one file per noun. ``settle`` is where one customer turn becomes rows, all in one transaction."""
