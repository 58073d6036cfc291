"""The laws of the house, each as tests that enumerate or generate."""
