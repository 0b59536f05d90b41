"""What the portal costs and carries, each measured beside a bare peer in the same run."""
