# Overrides of the base settings; the rest is as `startproject` writes it.
TIME_ZONE = "Europe/London"
