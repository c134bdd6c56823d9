"""One file that has all that the course must not lose: the database, the uploaded files, and their checksums.

Not in it: what can be made again (static files, caches, the demos' databases, which live for a day), what the
queue holds (the rows say what is left to grade), and, unless asked for, secrets.
"""

from lms.operations.backup.archive import BackupError, Manifest, read, write
from lms.operations.backup.restoring import restore

__all__ = ["BackupError", "Manifest", "read", "restore", "write"]
