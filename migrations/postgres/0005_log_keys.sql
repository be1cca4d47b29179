-- Keys of logged records, which are JSON objects as text. Keys are names of fields, given with
-- commas between them. Whatever stands below a key stays as it was written.

CREATE FUNCTION _up_without_keys(record text, gone text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN record IS NULL THEN NULL ELSE coalesce((
        SELECT json_object_agg(member.key, member.value ORDER BY member.ordinality)::text
        FROM json_each(record::json) WITH ORDINALITY AS member (key, value, ordinality)
        WHERE member.key <> ALL (string_to_array(gone, ','))
    ), '{}') END
$$;

-- A key that a record lacks is null under its new name.
CREATE FUNCTION _up_with_other_keys(record text, old text, new text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN record IS NULL THEN NULL ELSE coalesce((
        WITH member AS (
            SELECT key, value, ordinality
            FROM json_each(record::json) WITH ORDINALITY AS each (key, value, ordinality)
        ), renamed AS (
            SELECT old_key, new_key
            FROM unnest(string_to_array(old, ','), string_to_array(new, ','))
                AS pair (old_key, new_key)
        )
        SELECT json_object_agg(
            coalesce(new_key, key), coalesce(value, 'null'::json) ORDER BY ordinality
        )::text
        FROM member FULL JOIN renamed ON key = old_key
    ), '{}') END
$$;
