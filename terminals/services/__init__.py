"""What can be done with merchants, tokens, terminals and points of sale."""
