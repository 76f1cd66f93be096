"""The command line. `click` is imported here and nowhere else."""
