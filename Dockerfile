# `app` runs the course, the demos, the worker and beat, as `deploy/role` is told; `jail` runs learners' code and has
# nothing else in it; `proxy` is nginx with the static files. static/dist is in the repository, so no Node is needed here.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
# Of the same Debian as Python's image, whose libraries the program is linked with.
ARG NGINX_IMAGE=nginx:1.28-bookworm

FROM ${PYTHON_IMAGE} AS packages
COPY requirements/run.txt /requirements/
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --quiet --require-hashes \
        -r /requirements/run.txt \
    && rm -rf /opt/venv/lib/python3*/site-packages/pip \
    # Programs that read learners' texts: the jail's image has them, where they run.
    && rm /opt/venv/bin/hadolint /opt/venv/bin/ruff /opt/venv/bin/zizmor

FROM ${PYTHON_IMAGE} AS jail-packages
COPY requirements/jail.txt /requirements/
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --quiet --require-hashes \
        -r /requirements/jail.txt \
    && rm -rf /opt/venv/lib/python3*/site-packages/pip

FROM ${NGINX_IMAGE} AS nginx

FROM ${PYTHON_IMAGE} AS base
# One program: the jail tests learners' configurations with it, a lesson's demo starts it for a minute.
COPY --from=nginx /usr/sbin/nginx /usr/sbin/nginx
# The directories exist here so that new volumes take their owner.
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid app --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin app \
    && install -d -o app -g app -m 0700 /run/jail /srv/worlds \
    && install -d -o app -g app -m 0755 /srv/var \
    && /usr/sbin/nginx -v
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    JAIL_SOCKET=/run/jail/jail.sock
WORKDIR /srv/app

FROM base AS jail
COPY --from=jail-packages /opt/venv /opt/venv
COPY sandbox/__init__.py sandbox/
COPY sandbox/jail sandbox/jail
COPY sandbox/xray sandbox/xray
RUN python3 -m compileall -q sandbox
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python3", "-m", "sandbox.jail", "check", "--socket", "/run/jail/jail.sock"]
CMD ["python3", "-m", "sandbox.jail", "serve", "--socket", "/run/jail/jail.sock"]

FROM base AS app
ENV DJANGO_SETTINGS_MODULE=lms.settings.production \
    VAR_DIR=/srv/var \
    STATIC_ROOT=/srv/static
COPY --from=packages /opt/venv /opt/venv
COPY manage.py ./
COPY deploy/role deploy/
COPY static/dist static/dist
COPY templates templates
COPY sandbox sandbox
COPY content content
COPY lms lms
COPY lessons lessons
# The values only let the settings be read; nothing of them is kept.
RUN python3 -m compileall -q manage.py lms content sandbox lessons \
    && SECRET_KEY=build RECEIPT_KEY=build BADGE_KEY=build ALLOWED_HOSTS=build EMAIL_URL=consolemail:// VAR_DIR=/tmp/build \
        python3 manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build
USER 10001:10001
EXPOSE 8000 8001
ENTRYPOINT ["/srv/app/deploy/role"]
CMD ["web"]
# Of the role that CMD names. Who runs another one asks for the health of that: see compose.yaml.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["/srv/app/deploy/role", "healthy", "web"]

FROM nginx AS proxy
COPY --from=app /srv/static /srv/static
COPY deploy/nginx/site.conf.template /etc/nginx/templates/default.conf.template
