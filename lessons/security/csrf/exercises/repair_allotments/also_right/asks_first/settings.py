SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = True
RAIN_KEY = "the key that stands in the gauges"
