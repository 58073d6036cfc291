"""Programs for whoever works on houserules. Nothing of this ships."""
