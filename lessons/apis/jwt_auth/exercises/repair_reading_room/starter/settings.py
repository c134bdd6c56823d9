# What the library's main site signs its readers' cards with. Newest first: the second one was used until
# March, and cards that it has signed are good until they expire.
CARD_KEYS = [
    "spring-6d0f5b1f2c9a4e77b8d3a1c0e4f29b58",
    "winter-0a97c3de51b84f6c9e2d7740b6a1f83c",
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "room.auth.CardAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
