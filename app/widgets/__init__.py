"""Widgets that know nothing of seismics."""
