"""For analysts who ask more than the pages answer: tables taken out as Parquet, and engines that answer over them."""
