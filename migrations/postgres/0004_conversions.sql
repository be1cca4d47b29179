-- A column's values in another shape, with the same results as on SQLite. What can't be read
-- becomes the new shape's unset value.

CREATE FUNCTION _up_text_of_number(v double precision) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN v = trunc(v) AND abs(v) < 9e18 THEN v::bigint::text
        ELSE regexp_replace(v::text, '^(-?[0-9]+)e', '\1.0e') END
$$;

CREATE FUNCTION _up_text_of_point(v jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT '{"lon":' || coalesce(v ->> 'lon', '0') || ',"lat":' || coalesce(v ->> 'lat', '0') || '}'
$$;

CREATE FUNCTION _up_text_of_json(v json) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN CASE WHEN v IS NULL OR v::text = 'null' THEN ''
        WHEN json_typeof(v) = 'string' THEN v #>> '{}' ELSE v::text END;
EXCEPTION WHEN untranslatable_character THEN
    RETURN v::text;
END
$$;

CREATE FUNCTION _up_number_of_text(v text) RETURNS double precision LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN coalesce(substring(v from
        '^[ \t\n\v\f\r]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)')::double precision, 0);
EXCEPTION WHEN numeric_value_out_of_range THEN
    RETURN 0;
END
$$;

CREATE FUNCTION _up_point_of_text(v text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    point jsonb;
BEGIN
    point := v::jsonb;
    IF jsonb_typeof(point -> 'lon') = 'number' AND jsonb_typeof(point -> 'lat') = 'number' THEN
        RETURN point;
    END IF;
    RETURN '{"lon":0,"lat":0}';
EXCEPTION WHEN invalid_text_representation OR untranslatable_character THEN
    RETURN '{"lon":0,"lat":0}';
END
$$;

CREATE FUNCTION _up_list_of_json(v json) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN v IS NULL OR v::text = 'null' THEN '[]'::jsonb
        WHEN json_typeof(v) = 'number' THEN jsonb_build_array(v::jsonb)
        WHEN json_typeof(v) = 'boolean' THEN jsonb_build_array((v::text = 'true')::int)
        WHEN json_typeof(v) <> 'array' THEN jsonb_build_array(v #>> '{}')
        ELSE (
            SELECT coalesce(jsonb_agg(CASE json_typeof(item.value)
                WHEN 'boolean' THEN ((item.value::text = 'true')::int)::text
                ELSE item.value #>> '{}' END ORDER BY item.place), '[]'::jsonb)
            FROM json_array_elements(v) WITH ORDINALITY AS item (value, place)
        )
    END
$$;
