"""Stand-ins for the outside: each passes the same contract as the real one."""
