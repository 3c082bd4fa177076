"""MDIO: seismic volumes in Zarr stores, versions 0 and 1."""
