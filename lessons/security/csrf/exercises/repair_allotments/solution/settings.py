SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = True
RAIN_KEY = "the key that stands in the gauges"
