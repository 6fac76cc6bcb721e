# The platform's image: web, worker, beat and `manage.py`, which docker-compose.yml tells
# apart by their commands.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/flattr

# Letters that the fonts of the repository do not have, for the cards of shared links.
RUN apt-get update && apt-get install -y --no-install-recommends \
    fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/*

COPY requirements/base.lock requirements/base.lock
RUN pip install --no-cache-dir --root-user-action ignore --require-hashes -r requirements/base.lock

COPY . .

# Settings want to be complete even where only files are collected; none of these values
# is kept in the image's environment.
RUN SITE_URL=https://build.invalid ALLOWED_HOSTS=build.invalid \
    SECRET_KEY=made-up-for-as-long-as-the-image-is-built \
    FLATTR_ENCRYPTION_KEY=bWFkZS11cCBmb3IgYnVpbGRpbmcgYW4gaW1hZ2UuLi4= \
    DATABASE_URL=postgresql://build.invalid/build REDIS_URL=redis://build.invalid \
    STRIPE_API_KEY=made-up STRIPE_WEBHOOK_SECRET=made-up \
    STRIPE_CONNECT_WEBHOOK_SECRET=made-up \
    EMAIL_URL=smtp://build.invalid FLATTR_FROM_EMAIL=build@build.invalid \
    FLATTR_OPERATOR_EMAIL=build@build.invalid FLATTR_OPERATOR_LEGAL_NAME=build \
    FLATTR_OPERATOR_ADDRESS=build \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q accounts buttons flattr payouts \
    && useradd --system --no-create-home --shell /usr/sbin/nologin flattr
USER flattr

EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "2", "--no-access-log", "--respawn-failed-workers", "flattr.wsgi:application"]
