"""Traffic for demonstration and tests: made-up customers, the real dialogue core, months in minutes."""
