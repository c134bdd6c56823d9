TIME_ZONE = "Europe/London"
LOGIN_URL = "sign_in"
