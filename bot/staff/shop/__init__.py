"""The settings pages: opening hours, thresholds, staff, keys, the audit log."""
