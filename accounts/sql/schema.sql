-- Names that are or were somebody's, by their salted hash.

CREATE TABLE name_salt (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    salt bytea NOT NULL
);

INSERT INTO name_salt (salt)
SELECT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));

CREATE TABLE taken_name (
    hash text PRIMARY KEY,
    person_id bigint NOT NULL
);

-- A mail address is kept in one form, in which its domain is ASCII: two spellings of one
-- mailbox cannot be two accounts.
ALTER TABLE person ADD CONSTRAINT person_mailbox_has_one_form
    CHECK (octet_length(email) = char_length(email) AND email = lower(email));
ALTER TABLE former_address ADD CONSTRAINT former_mailbox_has_one_form
    CHECK (octet_length(email) = char_length(email) AND email = lower(email));
