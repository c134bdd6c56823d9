"""A database engine: SQLite, in the file of the current world. See sandbox.demos.worlds."""
