"""Docked panels: views of the session, without data of their own."""
