-- Our things' numbers begin where those of the first Flattr end.
SELECT setval(
    pg_get_serial_sequence('thing', 'id'),
    greatest(10000000, (SELECT coalesce(max(id), 0) FROM thing))
);

-- What tables of closed months say of clicks before this platform, they go on saying.
INSERT INTO total_before (thing_id, period, clicks)
SELECT id, 197001, flattrs_before FROM thing WHERE flattrs_before > 0;
