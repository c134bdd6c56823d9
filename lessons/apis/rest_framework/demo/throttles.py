from rest_framework.throttling import UserRateThrottle


class FewReports(UserRateThrottle):
    """A user's own five a minute; who is not signed in shares them with their address."""

    scope = "reports"
    rate = "5/min"
