"""What the networks really send, without the people in it."""
