-- The offset of the platform's clock: one row.

CREATE TABLE flattr_clock_offset (
    one boolean PRIMARY KEY DEFAULT true,
    seconds bigint NOT NULL DEFAULT 0,
    CONSTRAINT clock_offset_is_one_row CHECK (one)
);

INSERT INTO flattr_clock_offset DEFAULT VALUES;
