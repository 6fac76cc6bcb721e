-- The two roles and their database, as the server's superuser; may be run again at any
-- time, and gives the roles the passwords of the environment.
\set ON_ERROR_STOP on
\getenv owner_password FLATTR_OWNER_PASSWORD
\getenv app_password FLATTR_APP_PASSWORD

SELECT format('CREATE ROLE %I', role)
FROM unnest(ARRAY['owner', 'app']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)
\gexec

-- The owner makes and grants; the application may do neither.
ALTER ROLE owner LOGIN CREATEROLE PASSWORD :'owner_password';
ALTER ROLE app LOGIN PASSWORD :'app_password';

SELECT 'CREATE DATABASE flattr OWNER owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'flattr')
\gexec
