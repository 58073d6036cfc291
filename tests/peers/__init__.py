"""Stand-ins for outside servers, run on loopback by journey tests."""
