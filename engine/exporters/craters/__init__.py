"""Craters as polygons, ellipses and tables, from the rows of a mask."""
