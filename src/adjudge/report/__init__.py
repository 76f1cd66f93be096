"""Reports: views of an audit, and of nothing else."""
