"""Learning: training in a process of its own, comparing, taking a released version while customers write."""
