"""Members, products, ledger, jobs, search, capture, backups and settings of a workspace."""
