-- A time of day with a time zone is a moment in UTC only once it is asked for: the modifier `utc` right
-- behind it finds that it is none yet, as in SQLite, and ends what an earlier `subsec` has begun.
DO $mend$
DECLARE
    known text := 'zone := 0; is_utc := true; is_local := false;';
    mended text := 'zone := 0; is_utc := word IS DISTINCT FROM ''utc''; is_local := false;';
BEGIN
    EXECUTE replace(pg_get_functiondef('_up_strftime(text, text, jsonb)'::regprocedure), known, mended);
END $mend$;
