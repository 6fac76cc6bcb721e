-- Names that people show hold nothing that cannot be seen and nothing that turns a line
-- around, by whatever door they came; `flattr.web.visible` says the same.

CREATE OR REPLACE FUNCTION flattr_visible(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT btrim(regexp_replace(regexp_replace(
        regexp_replace(given, blank, ' ', 'g'),
        '[\u0001-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f'
        '\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0'
        '\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+',
        '', 'g'), blank, ' ', 'g'), ' ')
    FROM (VALUES ('[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028'
                  '\u2029\u202f\u205f\u3000]+')) AS one (blank)
$$;

CREATE OR REPLACE FUNCTION person_is_visible() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.first_name := flattr_visible(NEW.first_name);
    NEW.last_name := flattr_visible(NEW.last_name);
    NEW.city := flattr_visible(NEW.city);
    NEW.country := flattr_visible(NEW.country);
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER person_is_visible BEFORE INSERT OR UPDATE OF first_name, last_name, city, country
    ON person FOR EACH ROW EXECUTE FUNCTION person_is_visible();
ALTER TABLE person ENABLE ALWAYS TRIGGER person_is_visible;

CREATE OR REPLACE FUNCTION application_is_visible() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.name := flattr_visible(NEW.name);
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER application_is_visible BEFORE INSERT OR UPDATE OF name
    ON application FOR EACH ROW EXECUTE FUNCTION application_is_visible();
ALTER TABLE application ENABLE ALWAYS TRIGGER application_is_visible;

GRANT EXECUTE ON FUNCTION
    flattr_visible(text)
TO app;
