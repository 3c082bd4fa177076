"""Post-stack SEG-Y, revisions 0, 1 and 2."""
