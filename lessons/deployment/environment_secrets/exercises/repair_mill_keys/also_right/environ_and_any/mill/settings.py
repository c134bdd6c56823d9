import environ

env = environ.Env()

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = list(filter(None, map(str.strip, env.list("SECRET_KEY_FALLBACKS", default=[]))))
