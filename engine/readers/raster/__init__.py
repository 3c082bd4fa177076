"""Images on a raster: GeoTIFF, ISIS cubes, PDS, VICAR, JPEG 2000, PNG, JPEG."""
