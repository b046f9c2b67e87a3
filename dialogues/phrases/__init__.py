"""How customers put it: the words by which a clause, a yes, a wish or a danger is told, and nothing of the conversation."""
