SESSION_COOKIE_SAMESITE = "None"
SESSION_COOKIE_SECURE = True
RAIN_KEY = "the key that stands in the gauges"
