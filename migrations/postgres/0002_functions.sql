-- What the query language means by its values, for what PostgreSQL has no words of its own.
--
-- A value whose kind is known only when it is read is a jsonb scalar, here called a cell: a text, a
-- whole number, or a real, which always has a fraction (5.0, 1e309 for infinity). Nothing is NULL.
-- Numbers are smaller than texts, and texts are ordered by their bytes. None of these functions
-- fails, whatever it is given.

-- Numbers -----------------------------------------------------------------------------------------

-- A written number as the nearest real.
CREATE FUNCTION _up_read_real(written text) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    exact numeric;
    infinite double precision := CASE WHEN written LIKE '-%' THEN '-Infinity' ELSE 'Infinity' END;
BEGIN
    IF length(written) > 2000 OR written ~ '[eE][+-]?0*[1-9][0-9]{3}' THEN
        IF written !~ '^[^eE]*[1-9]' THEN RETURN 0; END IF;
        IF written ~ '[eE]-' THEN RETURN 0; END IF;
        IF written ~ '[eE]' OR written !~ '\.' THEN RETURN infinite; END IF;
        RETURN _up_read_real(left(written, 1900));
    END IF;
    exact := written::numeric;
    IF abs(exact) > 1.7976931348623158e308 THEN RETURN infinite; END IF;
    IF abs(exact) < 2.4703282292062329e-324 THEN RETURN 0; END IF;
    RETURN written::double precision;
END $$;

-- A real as a cell.
CREATE FUNCTION _up_real(value double precision) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    exact numeric;
BEGIN
    IF value = 'NaN' THEN RETURN NULL; END IF;
    IF value = 'Infinity' THEN RETURN '1e309'::jsonb; END IF;
    IF value = '-Infinity' THEN RETURN '-1e309'::jsonb; END IF;
    IF value = trunc(value) AND abs(value) <= 9223372036854774784 THEN
        RETURN (value::bigint::text || '.0')::jsonb;
    END IF;
    exact := value::text::numeric;
    IF scale(exact) = 0 THEN exact := round(exact, 1); END IF;
    RETURN exact::text::jsonb;
END $$;

-- What a number's column holds as a cell: whole numbers are whole.
CREATE FUNCTION _up_number(value double precision) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF value = trunc(value) AND abs(value) <= 9223372036854774784 THEN
        RETURN value::bigint::text::jsonb;
    END IF;
    RETURN _up_real(value);
END $$;

-- The cell of a number that is written in a document.
CREATE FUNCTION _up_written_number(written text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF length(written) <= 20 AND written ~ '^-?[0-9]+$'
        AND written::numeric BETWEEN -9223372036854775808 AND 9223372036854775807
    THEN
        RETURN written::numeric::text::jsonb;
    END IF;
    RETURN _up_real(_up_read_real(written));
END $$;

-- The number that a text is as a whole, blanks around it aside; else nothing.
CREATE FUNCTION _up_number_in(written text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    trimmed text := btrim(written, E' \t\n\v\f\r');
    value double precision;
BEGIN
    IF trimmed !~ '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$' THEN RETURN NULL; END IF;
    trimmed := ltrim(trimmed, '+');
    IF trimmed ~ '^-?[0-9]+$' AND length(trimmed) <= 100
        AND trimmed::numeric BETWEEN -9223372036854775808 AND 9223372036854775807
    THEN
        RETURN trimmed::numeric::text::jsonb;
    END IF;
    value := _up_read_real(trimmed);
    IF abs(value) = 'Infinity' THEN RETURN NULL; END IF;
    RETURN _up_number(value);
END $$;

-- A real in full, as filters look at it: 0.1, 5.0 or 1.0e+20.
CREATE FUNCTION _up_real_text(value double precision) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    scientific text;
    mantissa text;
    exponent int;
    plain text;
BEGIN
    IF value = 0 THEN RETURN '0.0'; END IF;
    IF value = 'NaN' THEN RETURN NULL; END IF;
    IF value = 'Infinity' THEN RETURN 'Inf'; END IF;
    IF value = '-Infinity' THEN RETURN '-Inf'; END IF;
    scientific := btrim(to_char(value, '9.99999999999999EEEE'));
    IF abs(value) > 1.797e308 OR scientific::double precision <> value THEN
        scientific := btrim(to_char(value, '9.9999999999999999EEEE'));
    END IF;
    mantissa := rtrim(rtrim(split_part(scientific, 'e', 1), '0'), '.');
    exponent := split_part(scientific, 'e', 2)::int;
    IF exponent BETWEEN -4 AND 16 THEN
        plain := (mantissa || 'e' || exponent)::numeric::text;
        RETURN CASE WHEN strpos(plain, '.') > 0 THEN plain ELSE plain || '.0' END;
    END IF;
    RETURN mantissa || CASE WHEN strpos(mantissa, '.') > 0 THEN '' ELSE '.0' END || 'e'
        || CASE WHEN exponent < 0 THEN '-' ELSE '+' END
        || CASE WHEN abs(exponent) < 10 THEN '0' ELSE '' END || abs(exponent);
END $$;

-- The text of what a number's column holds: 5, 0.1 or 1.0e+20.
CREATE FUNCTION _up_number_text(value double precision) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF value = trunc(value) AND abs(value) <= 9223372036854774784 THEN
        RETURN value::bigint::text;
    END IF;
    RETURN _up_real_text(value);
END $$;

-- A number of a row as a member of its JSON object.
CREATE FUNCTION _up_number_member(value double precision) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN abs(value) < 1e15 THEN to_json(value + 0.0)
        WHEN value = 'Infinity' THEN '"+Inf"'::json
        WHEN value = '-Infinity' THEN '"-Inf"'::json
        WHEN abs(value) <= 9223372036854774784 AND value = trunc(value) THEN
            to_json(value::bigint)
        ELSE to_json(value)
    END
$$;

-- Documents, lists and places ---------------------------------------------------------------------

-- A JSON text without the blanks between its parts.
CREATE FUNCTION _up_compact(document text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF document !~ '[ \t\n\r]' THEN RETURN document; END IF;
    RETURN regexp_replace(document, '("(?:[^"\\]|\\.)*")|[ \t\n\r]+', '\1', 'g');
END $$;

-- A text of a document as jsonb, which has no sign for U+0000 and for half a pair of surrogates.
CREATE FUNCTION _up_document_text(written text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    readable text := written;
BEGIN
    IF strpos(written, '\u') > 0 THEN
        readable := regexp_replace(readable, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\u0001', 'g');
        readable := regexp_replace(readable,
            '(?<!\\)((?:\\\\)*)\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})',
            '\1\\ufffd', 'g');
        readable := regexp_replace(readable,
            '(?<!\\u[dD][89abAB][0-9a-fA-F]{2})(?<!\\)((?:\\\\)*)\\u[dD][c-fC-F][0-9a-fA-F]{2}',
            '\1\\ufffd', 'g');
    END IF;
    RETURN readable::jsonb;
END $$;

-- What is found in a document as a cell: truth as 1 and 0, arrays and objects as their text.
CREATE FUNCTION _up_value(part json) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    written text := btrim(part::text, E' \t\n\r');
BEGIN
    CASE left(written, 1)
        WHEN '"' THEN RETURN _up_document_text(written);
        WHEN '{', '[' THEN RETURN to_jsonb(_up_compact(written));
        WHEN 't' THEN RETURN '1'::jsonb;
        WHEN 'f' THEN RETURN '0'::jsonb;
        WHEN 'n' THEN RETURN NULL;
        ELSE RETURN _up_written_number(written);
    END CASE;
END $$;

CREATE FUNCTION _up_value(part jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN _up_value(part::text::json);
END $$;

-- What a document's column holds, beside a value that is to be stored there.
CREATE FUNCTION _up_stored(document json) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN coalesce(_up_number_in(document::text), to_jsonb(document::text));
END $$;

-- A list's text, ["a","b"].
CREATE FUNCTION _up_list_text(list jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN strpos(list::text, '\"') = 0 THEN replace(list::text, '", "', '","')
        ELSE _up_compact(list::text)
    END
$$;

-- Degrees as a place's text has them.
CREATE FUNCTION _up_degrees_text(degrees text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    size double precision := abs(_up_read_real(degrees));
BEGIN
    IF size = 0 OR size >= 0.00001 AND size < 1e16 THEN RETURN degrees; END IF;
    RETURN regexp_replace(_up_read_real(degrees)::text, 'e\+?(-?)0?', 'e\1');
END $$;

-- A place's text, {"lon":1.5,"lat":2}.
CREATE FUNCTION _up_point_text(place jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF jsonb_typeof(place -> 'lon') = 'number' AND jsonb_typeof(place -> 'lat') = 'number' THEN
        RETURN '{"lon":' || _up_degrees_text(place ->> 'lon')
            || ',"lat":' || _up_degrees_text(place ->> 'lat') || '}';
    END IF;
    RETURN _up_compact(place::text);
END $$;

-- The items of a list, each with its place.
CREATE FUNCTION _up_items(list jsonb) RETURNS TABLE (value text, key bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 5 AS $$
    SELECT e.value COLLATE "C", e.ordinality
    FROM jsonb_array_elements_text(CASE WHEN jsonb_typeof(list) = 'array' THEN list END)
        WITH ORDINALITY AS e
$$;

-- The texts of a list as an array, for `?|`.
CREATE FUNCTION _up_texts(list jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY (SELECT jsonb_array_elements_text(list))
$$;

CREATE FUNCTION _up_length(list jsonb) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN jsonb_typeof(list) = 'array' THEN jsonb_array_length(list) ELSE 0 END
$$;

-- Cells -------------------------------------------------------------------------------------------

-- How two cells stand to each other: less than 0, 0, or more; NULL when one is nothing.
CREATE FUNCTION _up_compare(one jsonb, other jsonb) RETURNS int
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    one_is_text boolean := jsonb_typeof(one) = 'string';
    other_is_text boolean := jsonb_typeof(other) = 'string';
BEGIN
    IF one_is_text <> other_is_text THEN RETURN CASE WHEN one_is_text THEN 1 ELSE -1 END; END IF;
    IF one = other THEN RETURN 0; END IF;
    IF one_is_text THEN
        RETURN CASE WHEN (one #>> '{}') COLLATE "C" < (other #>> '{}') THEN -1 ELSE 1 END;
    END IF;
    RETURN CASE WHEN one < other THEN -1 ELSE 1 END;
END $$;

-- The cell beside a number: a text that reads as a number is one.
CREATE FUNCTION _up_numeric(cell jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF jsonb_typeof(cell) = 'string' THEN RETURN coalesce(_up_number_in(cell #>> '{}'), cell); END IF;
    RETURN cell;
END $$;

CREATE FUNCTION _up_numeric(value text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN coalesce(_up_number_in(value), to_jsonb(value));
END $$;

-- The cell in a text's place.
CREATE FUNCTION _up_text(cell jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    written text := cell #>> '{}';
BEGIN
    IF jsonb_typeof(cell) = 'string' OR strpos(written, '.') = 0 AND length(written) < 30 THEN
        RETURN written;
    END IF;
    RETURN _up_real_text(_up_read_real(written));
END $$;

-- What cells are ordered by first: texts are larger than all numbers.
CREATE FUNCTION _up_rank(cell jsonb) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF jsonb_typeof(cell) = 'string' THEN RETURN 'NaN'; END IF;
    RETURN cell::numeric;
END $$;

-- What cells are ordered by then.
CREATE FUNCTION _up_rank_text(cell jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN jsonb_typeof(cell) = 'string' THEN cell #>> '{}' END
$$;

-- Places and moments ------------------------------------------------------------------------------

-- A cell as degrees; nothing when it is no number.
CREATE FUNCTION _up_degrees(cell jsonb) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    number jsonb := _up_numeric(cell);
BEGIN
    IF jsonb_typeof(number) = 'string' THEN RETURN NULL; END IF;
    RETURN _up_read_real(number #>> '{}');
END $$;

-- Kilometres between two places.
CREATE FUNCTION _up_distance(
    lon_a double precision, lat_a double precision, lon_b double precision, lat_b double precision
) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    angles double precision[] := ARRAY[lon_a, lat_a, lon_b, lat_b];
    cosine double precision;
BEGIN
    FOR place IN 1..4 LOOP
        IF abs(angles[place]) IN ('Infinity', 'NaN') THEN RETURN NULL; END IF;
        -- What is too small to make a difference may be too small to be multiplied.
        IF abs(angles[place]) < 1e-140 THEN angles[place] := 0; END IF;
        angles[place] := radians(angles[place]);
    END LOOP;
    cosine := cos(angles[2]) * cos(angles[4]) * cos(angles[3] - angles[1])
        + sin(angles[2]) * sin(angles[4]);
    IF cosine < -1 THEN RETURN NULL; END IF;
    RETURN 6371.0 * acos(least(1.0, cosine));
END $$;
