"""Learning from conversations: the review queue, labels, training sets, versions, releases."""
