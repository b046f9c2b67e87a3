"""The measured pages: figures with how they are computed, charts with their tables, in three languages."""
