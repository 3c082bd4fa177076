"""DAS records: interrogator formats, plain HDF5 arrays, folders of consecutive files."""
