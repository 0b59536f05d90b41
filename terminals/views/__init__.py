"""Pages and pictures of merchants, stores, terminals and access tokens."""
