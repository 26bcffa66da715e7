"""That nothing is lost: backups and their restoring, files against database, and what is let go in time."""
