"""The pure checks, on the vocabulary that comes with houserules."""
