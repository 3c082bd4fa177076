"""Figures of evaluations, drawn without a window."""
