"""Where threads and Qt meet."""
