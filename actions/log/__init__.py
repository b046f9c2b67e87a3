"""The conversation log: finding, reading, commenting, taking rows out."""
