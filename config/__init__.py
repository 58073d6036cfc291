"""What the operator says: settings, policy, words."""
