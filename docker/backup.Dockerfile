# For the nightly dumps: the platform's code on an image that has PostgreSQL's programs,
# of the server's own version.
FROM postgres:18

RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && python3 -m venv /opt/flattr
ENV PATH=/opt/flattr/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /srv/flattr

COPY requirements/base.lock requirements/base.lock
RUN pip install --no-cache-dir --require-hashes -r requirements/base.lock

COPY . .

RUN mkdir /backups && chown postgres:postgres /backups
USER postgres
ENTRYPOINT []
CMD ["python", "manage.py", "back_up", "/backups", "--nightly", "--pictures", "--drill"]
