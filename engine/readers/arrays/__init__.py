"""Reader of plain arrays: npy, HDF5 and Zarr, on axes that the user names."""
