RAIN_KEY = "the key that stands in the gauges"
