"""What customers tell beside the matter, whatever that is: a day, a place, a death, how they cope. Kept as facts."""
