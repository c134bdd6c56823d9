"""A set of files, booted as a Django project in a locked-down child process, answering requests and
questions.

Knows nothing of the platform. What an exercise's checks import stands in `sandbox.jail.examiner`.
"""

from sandbox.jail.booted import Answer, BootedProject, ProjectFailed, ProjectGone, StillRunning
from sandbox.jail.children import JailUnavailable
from sandbox.jail.client import Jail, start_jail
from sandbox.jail.limits import Limits
from sandbox.jail.project import InvalidProject, Project
from sandbox.jail.results import CheckResult, Verdict
from sandbox.jail.supervisor import grade

__all__ = [
    "Answer",
    "BootedProject",
    "CheckResult",
    "InvalidProject",
    "Jail",
    "JailUnavailable",
    "Limits",
    "Project",
    "ProjectFailed",
    "ProjectGone",
    "StillRunning",
    "Verdict",
    "grade",
    "start_jail",
]
