TIME_ZONE = "Europe/Berlin"
