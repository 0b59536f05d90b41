"""What simulators of any network share: the server, the log of calls, trouble on demand, time."""
