-- A mail address is kept in one form, in which its domain is ASCII: two spellings of
-- one mailbox cannot be two accounts.
ALTER TABLE person ADD CONSTRAINT person_mailbox_has_one_form
    CHECK (octet_length(email) = char_length(email) AND email = lower(email));
ALTER TABLE account_emailaddress ADD CONSTRAINT address_mailbox_has_one_form
    CHECK (octet_length(email) = char_length(email) AND email = lower(email));
ALTER TABLE former_address ADD CONSTRAINT former_mailbox_has_one_form
    CHECK (octet_length(email) = char_length(email) AND email = lower(email));
