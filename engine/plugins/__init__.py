"""The one door through which readers, decoders, tasks, exporters and panels come in."""
