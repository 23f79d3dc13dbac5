"""Where events live: immutable Parquet segments, the derived index, and files read into batches."""
