"""Learning's pages and routes: review, training sets, versions, releases."""
