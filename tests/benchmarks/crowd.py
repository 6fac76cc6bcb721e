"""Creators and things to find, made in sets, for benchmarks.

Names and texts are drawn from words of which a few are common and most are rare, with
accents; a few creators have most of the things. The triggers run, so that what is found
is kept as it is for pages. Everything is the same for the same seed.
"""

from __future__ import annotations

from django.db import connection

from flattr.database import clock
from tests.benchmarks import months
from tests.benchmarks.measuring import progress

PEOPLE = """
CREATE TABLE bench_word (n integer PRIMARY KEY, word text);
CREATE FUNCTION bench_say(many bigint) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(w.word, ' '), '')
    FROM (SELECT 1 + floor(power(random(), 3) * 9000)::integer AS drawn
          FROM generate_series(1, many) OFFSET 0) AS d
    CROSS JOIN LATERAL (SELECT word FROM bench_word WHERE n = d.drawn LIMIT 1) AS w
$$;
INSERT INTO bench_word
SELECT n, string_agg(syllable, '') FROM (
    SELECT n, (ARRAY['b', 'br', 'c', 'ch', 'd', 'dr', 'f', 'fl', 'g', 'gr', 'h', 'j', 'k', 'l', 'm', 'n', 'p',
                     'pr', 'qu', 'r', 's', 'sch', 'st', 't', 'tr', 'v', 'w', 'z'])[1 + floor(random() * 28)::integer]
           || (ARRAY['a', 'e', 'i', 'o', 'u', 'ei', 'ö', 'é'])[1 + floor(random() * 8)::integer]
           || (ARRAY['', '', '', 'l', 'm', 'n', 'ng', 'r', 's', 'ck'])[1 + floor(random() * 10)::integer] AS syllable
    FROM generate_series(1, 9000) AS n, generate_series(1, 1 + n %% 3)
) AS s GROUP BY n;

CREATE TABLE bench_maker (n bigint PRIMARY KEY, id bigint UNIQUE);
INSERT INTO bench_maker
SELECT row_number() OVER (ORDER BY id), id FROM bench_people('maker', %(creators)s, %(at)s) AS id;
INSERT INTO account_emailaddress (email, verified, "primary", user_id)
SELECT p.email, true, true, p.id FROM person p JOIN bench_maker m ON m.id = p.id;
UPDATE person p SET first_name = initcap(bench_say(1)), last_name = initcap(bench_say(1)),
                    about = bench_say(5 + m.n %% 20)
FROM bench_maker m WHERE m.id = p.id;
"""

# Every maker has one; the rest is unequal.
THINGS = """
INSERT INTO thing (url, host, title, description, owner_id, proved_at, proof, category,
    language, tags, hidden, created_at, flattrs, flattrs_before, sample, suspension_reason)
SELECT 'https://makers.example/' || k, 'makers.example',
       left(initcap(bench_say(2 + k %% 5)), 100), bench_say(k %% 30),
       m.id, CASE WHEN k %% 20 > 0 THEN %(at)s END, CASE WHEN k %% 20 > 0 THEN 'by the operator' ELSE '' END,
       (ARRAY['text', 'text', 'text', 'audio', 'audio', 'video', 'images', 'software', 'people'])[
           1 + floor(random() * 9)::integer],
       (ARRAY['en_GB', 'en_GB', 'en_GB', 'de_DE', 'de_DE', 'sv_SE', 'fr_FR', 'es_ES', 'it_IT', 'is_IS'])[
           1 + floor(power(random(), 2) * 10)::integer],
       ARRAY[bench_say(1), bench_say(1)], k %% 50 = 0, %(at)s,
       floor(exp(random_normal(2, 1.5)))::bigint, 0, '', ''
FROM generate_series(1, %(things)s::bigint) AS k
JOIN bench_maker m ON m.n = CASE
    WHEN k <= %(creators)s THEN k ELSE 1 + k * k %% (1 + k * 7919 %% %(creators)s) END
ORDER BY random();
"""

# What an hour's count has left, and what creators whom readers flattr show that they flattr.
AROUND = """
INSERT INTO thing_trend (readers, rise, thing_id)
SELECT r.readers, trend_rise(r.readers, r.before), r.id
FROM (SELECT id, 5 + floor(exp(random_normal(2, 1)))::integer AS readers,
             floor(exp(random_normal(2, 1)))::integer AS before
      FROM thing WHERE host = 'makers.example' AND id %% 7 = 0) AS r;
INSERT INTO creator_trend (readers, rise, creator_id)
SELECT r.readers, trend_rise(r.readers, r.before), r.id
FROM (SELECT id, 5 + floor(exp(random_normal(2, 1)))::integer AS readers,
             floor(exp(random_normal(2, 1)))::integer AS before
      FROM bench_maker WHERE id %% 3 = 0) AS r;

UPDATE person SET shows_flattrs = true WHERE id IN (SELECT id FROM bench_creator);
ALTER TABLE flattr_{period} DISABLE TRIGGER USER;
INSERT INTO flattr (period, reader_id, thing_id, creator_id, received_at)
SELECT {period}, c.id, t.id, t.owner_id, flattr_month_start({period}) + random() * interval '20 days'
FROM bench_creator c
CROSS JOIN LATERAL (
    SELECT id, owner_id FROM thing
    WHERE host = 'makers.example' AND proved_at IS NOT NULL
      AND id >= (SELECT min(id) FROM thing WHERE host = 'makers.example')
              + floor(random() * (%(things)s - 60) + 0 * c.rank)
    ORDER BY id LIMIT 30
) AS t
ON CONFLICT DO NOTHING;
ALTER TABLE flattr_{period} ENABLE TRIGGER USER;
"""


def make(creators: int, things: int, *, seed: int = 7) -> dict[str, str]:
    """So many creators and things beside those that are there; words to search for:
    `common`, `rare` and `name`, and `typo`, a creator's name without a letter."""
    facts = {"creators": creators, "things": things, "at": clock.now()}
    progress(f"{creators:,} creators and {things:,} things to find")
    with months.owner(seed) as cursor:
        cursor.execute(PEOPLE, facts)
        cursor.execute(THINGS, facts)
        cursor.execute(AROUND.format(period=months.LAST), facts)
    months.settle()
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM bench_word WHERE n IN (20, 6000) ORDER BY n")
        (common,), (rare,) = cursor.fetchall()
        cursor.execute("SELECT last_name FROM person WHERE username = 'maker77'")
        name = cursor.fetchone()[0]
    typo = name[:2] + name[3:]
    return {"common": common, "rare": rare, "name": name, "typo": typo}
