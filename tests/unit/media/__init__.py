"""Pictures: opened in a cage, compared with known ones, judged by a model."""
