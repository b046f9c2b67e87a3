"""What helps staff to serve well: the order of the queue, who gets what, which step comes next. Pure."""
