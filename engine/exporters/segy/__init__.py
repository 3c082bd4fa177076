"""Results as SEG-Y, with the headers of the source."""
