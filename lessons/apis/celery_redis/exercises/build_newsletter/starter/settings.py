DATABASES = {"default": {"ATOMIC_REQUESTS": True}}
