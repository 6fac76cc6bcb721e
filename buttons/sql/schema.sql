-- Flattrs, partitioned by month.

CREATE TABLE flattr (
    period integer NOT NULL,
    reader_id bigint NOT NULL,
    thing_id bigint NOT NULL,
    creator_id bigint NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT flattr_once_a_month UNIQUE (period, reader_id, thing_id),
    CONSTRAINT flattr_is_not_for_oneself CHECK (reader_id <> creator_id),
    CONSTRAINT flattr_is_of_its_month CHECK (flattr_period(received_at) = period),
    CONSTRAINT flattr_reader FOREIGN KEY (reader_id) REFERENCES person (id),
    CONSTRAINT flattr_creator FOREIGN KEY (creator_id) REFERENCES person (id),
    CONSTRAINT flattr_thing FOREIGN KEY (thing_id) REFERENCES thing (id)
) PARTITION BY LIST (period);

CREATE INDEX flattr_by_creator ON flattr (period, reader_id, creator_id, thing_id);

CREATE INDEX flattr_of_thing ON flattr (thing_id, received_at);

-- Our things' numbers begin where those of the first Flattr end.
SELECT setval(pg_get_serial_sequence('thing', 'id'), 10000000);
