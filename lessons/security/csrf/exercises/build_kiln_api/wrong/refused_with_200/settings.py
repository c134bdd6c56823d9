CSRF_TRUSTED_ORIGINS = ["https://app.studio.example"]
CSRF_FAILURE_VIEW = "kiln.views.csrf_failure"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
