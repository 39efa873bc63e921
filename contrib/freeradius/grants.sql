-- What FreeRADIUS may do in the database of Recordroom: know usernames, and write sessions.
-- Run it once, as the owner of the tables, after the first `make migrate`; then give the log-in a
-- password with \password recordroom_radius.
CREATE ROLE recordroom_radius LOGIN;
GRANT USAGE ON SCHEMA public TO recordroom_radius;
GRANT SELECT (id, username) ON data_account TO recordroom_radius;
GRANT SELECT, INSERT, UPDATE ON data_session TO recordroom_radius;
GRANT USAGE ON SEQUENCE data_session_id_seq TO recordroom_radius;
