"""What a product manager needs to know of an industry, one TOML file each."""
