from lms.classes.models.cohorts import Cohort, Membership
from lms.classes.models.counts import Failure, FailurePattern, Figures, Standing, Tally

__all__ = ["Cohort", "Failure", "FailurePattern", "Figures", "Membership", "Standing", "Tally"]
