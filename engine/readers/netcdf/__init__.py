"""NetCDF files: arrays, volumes and records with the dimensions they name."""
