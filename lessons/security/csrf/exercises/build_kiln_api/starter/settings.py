# The studio is on https://studio.example, its page on https://app.studio.example.
