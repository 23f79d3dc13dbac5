"""The workspace's use cases. Other apps and the screens come in here and nowhere else."""
