"""The conversation log: its page, its routes, the files that are taken out of it."""
