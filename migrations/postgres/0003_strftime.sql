-- SQLite's strftime, for the PostgreSQL dialect of the query language: the same formats, moments
-- and modifiers. NULL when something can't be read; nothing fails. One thing is not imitated: what
-- has led beyond the years that SQLite knows is no moment any more, where SQLite takes it for one of
-- the year 2000 when `utc` or `localtime` follows.

-- The milliseconds of a civil moment, counted from the julian day 0. Days beyond a month's end lead
-- into the next month.
CREATE FUNCTION _up_julian(
    year int, month int, day int, hour int, minute int, second double precision
) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    before_march int := (14 - month) / 12;
    years int := year + 4800 - before_march;
    months int := month + 12 * before_march - 3;
    days bigint := day + (153 * months + 2) / 5 + 365 * years + years / 4 - years / 100
        + years / 400 - 32045;
BEGIN
    RETURN days * 86400000 - 43200000
        + hour * 3600000 + minute * 60000 + trunc(second * 1000 + 0.5)::bigint;
END $$;

-- A number with zeros before it, its sign counting as one of the places.
CREATE FUNCTION _up_padded(number bigint, places int, filling text DEFAULT '0') RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN number < 0 THEN
            '-' || lpad((-number)::text, greatest(places - 1, length((-number)::text)), filling)
        ELSE lpad(number::text, greatest(places, length(number::text)), filling)
    END
$$;

-- How many days of its month a date is past the month's end.
CREATE FUNCTION _up_past_month(year int, month int, day int) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN day <= 28 OR month IN (1, 3, 5, 7, 8, 10, 12) THEN 0
        WHEN month <> 2 THEN greatest(day - 30, 0)
        WHEN year % 4 <> 0 OR year % 100 = 0 AND year % 400 <> 0 THEN day - 28
        ELSE greatest(day - 29, 0)
    END
$$;

-- `12:30`, `12:30:15.5`, each with a time zone or without, as hour, minute, second, and the minutes
-- of its zone; NULL for none.
CREATE FUNCTION _up_clock(written text, OUT hour int, OUT minute int, OUT second double precision,
    OUT zone int, OUT has_zone boolean)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    parts text[] := regexp_match(written,
        '^([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?'
        '[ \t\n\v\f\r]*(?:([zZ])|([+-])([0-9]{2}):([0-9]{2}))?[ \t\n\v\f\r]*$');
    fraction double precision;
BEGIN
    IF parts IS NULL OR parts[1]::int > 24 OR parts[2]::int > 59 OR parts[3]::int > 59
        OR parts[7]::int > 14 OR parts[8]::int > 59
    THEN
        RETURN;
    END IF;
    hour := parts[1];
    minute := parts[2];
    fraction := coalesce('0.' || left(parts[4], 300), '0');
    second := coalesce(parts[3], '0')::double precision + least(fraction, 0.999);
    zone := coalesce((parts[6] || '1')::int * (parts[7]::int * 60 + parts[8]::int), 0);
    has_zone := parts[5] IS NOT NULL OR parts[6] IS NOT NULL AND zone = 0;
END $$;

-- A moment in the server's own time zone, both as milliseconds from the julian day 0.
CREATE FUNCTION _up_local(moment bigint) RETURNS bigint
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF moment NOT BETWEEN 0 AND 464269060799999 THEN RETURN NULL; END IF;
    RETURN moment + 1000 * extract(epoch FROM
        (to_timestamp((moment - 210866760000000) / 1000) AT TIME ZONE current_setting('TimeZone'))
        - (to_timestamp((moment - 210866760000000) / 1000) AT TIME ZONE 'UTC'))::bigint;
END $$;

-- The moment as its format says. The date and the time of day are given as they were read: the
-- 31st of February stays one.
CREATE FUNCTION _up_shown_moment(
    format text, julian bigint, y int, mo int, d int, h int, mi int, s double precision,
    subseconds boolean
) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    shown text := '';
    rest text := format;
    at int;
    from_monday int := (julian + 43200000) / 86400000 % 7;
    from_sunday int := (julian + 129600000) / 86400000 % 7;
    -- Days since the 1st of January, and the Thursday of the week, which has the week's year.
    day int := (julian - _up_julian(y, 1, 1, h, mi, s) + 43200000) / 86400000;
    thursday int := (julian + 43200000) / 86400000 + 3 - from_monday;
    thursdays_year int := extract(year FROM date '2000-01-01' + (thursday - 2451545));
    half_day int := CASE WHEN h % 12 = 0 THEN 12 WHEN h > 12 THEN h - 12 ELSE h END;
BEGIN
    IF thursdays_year < 0 THEN thursdays_year := thursdays_year + 1; END IF;
    LOOP
        at := strpos(rest, '%');
        IF at = 0 THEN RETURN shown || rest; END IF;
        shown := shown || left(rest, at - 1) || CASE substr(rest, at + 1, 1)
            WHEN 'd' THEN _up_padded(d, 2)
            WHEN 'e' THEN _up_padded(d, 2, ' ')
            WHEN 'f' THEN to_char(s, 'FM00.000')
            WHEN 'F' THEN _up_padded(y, 4) || '-' || _up_padded(mo, 2) || '-' || _up_padded(d, 2)
            WHEN 'G' THEN _up_padded(thursdays_year, 4)
            WHEN 'g' THEN _up_padded(thursdays_year % 100, 2)
            WHEN 'H' THEN _up_padded(h, 2)
            WHEN 'k' THEN _up_padded(h, 2, ' ')
            WHEN 'I' THEN _up_padded(half_day, 2)
            WHEN 'l' THEN _up_padded(half_day, 2, ' ')
            WHEN 'j' THEN _up_padded(day + 1, 3)
            WHEN 'J' THEN trim_scale(to_char(julian / 86400000.0::double precision,
                '9.999999999999999EEEE')::numeric)::text
            WHEN 'm' THEN _up_padded(mo, 2)
            WHEN 'M' THEN _up_padded(mi, 2)
            WHEN 'p' THEN CASE WHEN h >= 12 THEN 'PM' ELSE 'AM' END
            WHEN 'P' THEN CASE WHEN h >= 12 THEN 'pm' ELSE 'am' END
            WHEN 'R' THEN _up_padded(h, 2) || ':' || _up_padded(mi, 2)
            WHEN 's' THEN CASE
                WHEN subseconds THEN round((julian - 210866760000000) / 1000.0, 3)::text
                ELSE (julian / 1000 - 210866760000)::text
            END
            WHEN 'S' THEN _up_padded(trunc(s)::int, 2)
            WHEN 'T' THEN _up_padded(h, 2) || ':' || _up_padded(mi, 2) || ':'
                || _up_padded(trunc(s)::int, 2)
            WHEN 'u' THEN (from_monday + 1)::text
            WHEN 'w' THEN from_sunday::text
            WHEN 'U' THEN _up_padded((day - from_sunday + 7) / 7, 2)
            WHEN 'V' THEN _up_padded((julian + (3 - from_monday) * 86400000::bigint + 43200000
                - _up_julian(thursdays_year, 1, 1, h, mi, s)) / 86400000 / 7 + 1, 2)
            WHEN 'W' THEN _up_padded((day - from_monday + 7) / 7, 2)
            WHEN 'Y' THEN _up_padded(y, 4)
            WHEN '%' THEN '%'
        END;
        rest := substr(rest, at + 2);
        IF shown IS NULL THEN RETURN NULL; END IF;
    END LOOP;
END $$;

-- A modifier such as `+5 days` or `-01:30`, or the like for a time of day: how many, and of what.
-- `civil` where it counts months and years.
CREATE FUNCTION _up_shift(modifier text, OUT amount double precision, OUT unit text,
    OUT clock_ms bigint, OUT months int, OUT days int, OUT civil boolean)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    sign int := CASE WHEN modifier LIKE '-%' THEN -1 ELSE 1 END;
    parts text[];
    written text;
    clock record;
    most double precision;
BEGIN
    IF modifier IS NULL THEN RETURN; END IF;
    clock_ms := 0;
    parts := regexp_match(modifier,
        '^[+-]([0-9]{4,5})-([0-9]{2})-([0-9]{2})(?:[ \t\n\v\f\r]([0-9]{2}:.*))?$');
    IF parts IS NOT NULL THEN
        IF parts[1]::int > 14712 OR parts[2]::int > 11 OR parts[3]::int > 30 THEN RETURN; END IF;
        months := sign * (12 * parts[1]::int + parts[2]::int);
        days := sign * parts[3]::int;
        written := parts[4];
        unit := 'date';
        civil := true;
    ELSE
        written := (regexp_match(modifier, '^[+-]?([0-9]+:.*)$'))[1];
        unit := CASE WHEN written IS NOT NULL THEN 'clock' END;
    END IF;
    IF written IS NOT NULL THEN
        clock := _up_clock(written);
        IF clock.hour IS NULL THEN unit := NULL; RETURN; END IF;
        clock_ms := clock.hour * 3600000 + clock.minute * 60000
            + trunc(clock.second * 1000 + 0.5)::bigint - clock.zone * 60000;
        clock_ms := sign * ((clock_ms + 86400000) % 86400000);
    END IF;
    IF unit IS NOT NULL THEN RETURN; END IF;
    parts := regexp_match(modifier, '^([^ \t\n\v\f\r:]+)[ \t\n\v\f\r]+([a-zA-Z]{3,10})$');
    amount := _up_read_amount(parts[1]);
    IF amount IS NULL THEN RETURN; END IF;
    unit := lower(parts[2] COLLATE "C");
    IF unit LIKE '%s' THEN unit := left(unit, -1); END IF;
    most := CASE unit
        WHEN 'second' THEN 4.6427e+14 WHEN 'minute' THEN 7.7379e+12 WHEN 'hour' THEN 1.2897e+11
        WHEN 'day' THEN 5373485.0 WHEN 'month' THEN 176546.0 WHEN 'year' THEN 14713.0 ELSE 0
    END::real;
    IF abs(amount) >= most THEN unit := NULL; RETURN; END IF;
    civil := unit IN ('month', 'year');
END $$;

-- A text that is a number as a whole, blanks around it aside.
CREATE FUNCTION _up_read_amount(written text) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    trimmed text := btrim(written, E' \t\n\v\f\r');
BEGIN
    IF trimmed !~ '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$' THEN RETURN NULL; END IF;
    RETURN _up_read_real(ltrim(trimmed, '+'));
END $$;

CREATE FUNCTION _up_strftime(format text, given text, modifiers jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    -- The moment as a julian day, as a date and as a time of day, and which of these are known.
    julian bigint; has_julian boolean := false;
    y int; mo int; d int; has_date boolean := false;
    h int; mi int; s double precision; has_time boolean := false;
    zone int := 0;
    -- A number that is not yet told to be days or seconds.
    raw double precision;
    past_month int := 0;
    subseconds boolean := false; is_utc boolean := false; is_local boolean := false;
    clock record; shift record; parts text[]; word text; amount double precision;
    place int := 0; last int := jsonb_array_length(modifiers); whole int; guess bigint;
BEGIN
    parts := regexp_match(given, '^(-?)([0-9]{4})-([0-9]{2})-([0-9]{2})[ \t\n\v\f\rT]*(.*)$');
    IF parts IS NOT NULL AND parts[3]::int BETWEEN 1 AND 12 AND parts[4]::int BETWEEN 1 AND 31 THEN
        y := (parts[1] || parts[2])::int; mo := parts[3]; d := parts[4];
        has_date := true;
        past_month := _up_past_month(y, mo, d);
        clock := _up_clock(parts[5]);
        has_time := parts[5] <> '';
        IF has_time AND clock.hour IS NULL THEN RETURN NULL; END IF;
    ELSE
        clock := _up_clock(given);
        has_time := clock.hour IS NOT NULL;
        word := lower(given COLLATE "C");
        IF has_time THEN NULL;
        ELSIF word IN ('now', 'subsec', 'subsecond') THEN
            julian := 210866760000000
                + floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint;
            has_julian := true; is_utc := true; subseconds := word <> 'now';
        ELSE
            raw := _up_read_amount(given);
            IF raw IS NULL THEN RETURN NULL; END IF;
            IF raw >= 0 AND raw < 5373484.5 THEN
                julian := trunc(raw * 86400000.0 + 0.5)::bigint;
                has_julian := true;
            END IF;
        END IF;
    END IF;
    IF has_time THEN
        h := clock.hour; mi := clock.minute; s := clock.second; zone := clock.zone;
        is_utc := clock.has_zone;
        IF has_date AND zone <> 0 THEN
            IF y NOT BETWEEN -4713 AND 9999 THEN RETURN NULL; END IF;
            julian := _up_julian(y, mo, d, h, mi, s) - zone * 60000;
            has_julian := true; has_date := false; has_time := false; zone := 0; is_utc := true;
        END IF;
    END IF;

    LOOP
        place := place + 1;
        word := lower((modifiers ->> (place - 1)) COLLATE "C");
        IF word IS NULL AND place <= last THEN RETURN NULL; END IF;
        shift := _up_shift(CASE WHEN word ~ '^[+0-9-]' THEN word END);
        -- A date alone is brought into its month when nothing else is asked.
        IF place > last AND last = 0 AND has_date AND d > 28 THEN
            julian := _up_julian(y, mo, d, coalesce(h, 0), coalesce(mi, 0), coalesce(s, 0));
            has_julian := true; has_date := false;
        END IF;

        -- The julian day, from the date and the time of day.
        IF NOT has_julian AND (place > last OR word IN ('ceiling', 'floor')
            OR word = 'utc' AND NOT is_utc OR word = 'localtime' AND NOT is_local
            OR shift.unit IS NOT NULL AND shift.unit <> 'date')
        THEN
            IF NOT has_date THEN y := 2000; mo := 1; d := 1; END IF;
            IF raw IS NOT NULL OR y NOT BETWEEN -4713 AND 9999 THEN RETURN NULL; END IF;
            julian := CASE WHEN has_time THEN _up_julian(y, mo, d, h, mi, s) - zone * 60000
                ELSE _up_julian(y, mo, d, 0, 0, 0) END;
            has_julian := true;
            IF has_time AND zone <> 0 THEN
                has_date := false; has_time := false; zone := 0; is_utc := true; is_local := false;
            END IF;
        END IF;
        -- The date, and the time of day.
        IF place > last OR shift.civil OR word LIKE 'weekday %' OR word LIKE 'start of %' THEN
            IF NOT has_date AND NOT has_julian THEN
                y := 2000; mo := 1; d := 1;
                IF raw IS NOT NULL THEN RETURN NULL; END IF;
            ELSIF NOT has_date THEN
                IF julian NOT BETWEEN 0 AND 464269060799999 THEN RETURN NULL; END IF;
                SELECT extract(year FROM civil), extract(month FROM civil), extract(day FROM civil)
                INTO y, mo, d
                FROM (SELECT date '2000-01-01'
                    + ((julian + 43200000) / 86400000 - 2451545)::int AS civil) AS day;
                IF y < 0 THEN y := y + 1; END IF;
            END IF;
            has_date := true;
            IF NOT has_time THEN
                IF NOT has_julian THEN julian := _up_julian(y, mo, d, 0, 0, 0); END IF;
                guess := (julian + 43200000) % 86400000;
                s := (guess % 60000) / 1000.0::double precision;
                mi := guess / 60000 % 60;
                h := guess / 3600000;
                has_time := true; raw := NULL;
            END IF;
        END IF;
        EXIT WHEN place > last;

        IF word = 'auto' AND place = 1 THEN
            IF raw BETWEEN -210866760000 AND 253402300799 AND NOT has_julian THEN
                julian := trunc(raw * 1000.0 + 210866760000000.0 + 0.5)::bigint;
                has_julian := true;
                raw := NULL;
            ELSIF has_julian THEN
                raw := NULL;
            END IF;
            CONTINUE;
        ELSIF word = 'julianday' AND place = 1 AND raw IS NOT NULL AND has_julian THEN
            raw := NULL;
            CONTINUE;
        ELSIF word = 'unixepoch' AND place = 1 AND abs(raw) < 1e15 THEN
            amount := raw * 1000.0 + 210866760000000.0;
            IF amount < 0 OR amount >= 464269060800000.0 THEN RETURN NULL; END IF;
            julian := trunc(amount + 0.5)::bigint;
            has_julian := true;
            raw := NULL;
        ELSIF word IN ('subsec', 'subsecond') THEN
            subseconds := true;
            CONTINUE;
        ELSIF word = 'ceiling' THEN
            past_month := 0;
        ELSIF word = 'floor' THEN
            julian := julian - past_month * 86400000::bigint;
        ELSIF word = 'localtime' THEN
            is_utc := false;
            CONTINUE WHEN is_local;
            julian := _up_local(julian);
            is_local := true;
            raw := NULL;
        ELSIF word = 'utc' THEN
            CONTINUE WHEN is_utc;
            guess := julian;
            FOR attempt IN 1..3 LOOP
                guess := guess - (_up_local(guess) - julian);
            END LOOP;
            julian := guess;
            is_utc := true; is_local := false; raw := NULL; past_month := 0; subseconds := false;
        ELSIF word LIKE 'weekday %' THEN
            amount := _up_read_amount(substr(word, 9));
            IF amount >= 0 AND amount < 7 AND amount = trunc(amount) THEN NULL;
            ELSE RETURN NULL; END IF;
            IF y NOT BETWEEN -4713 AND 9999 THEN RETURN NULL; END IF;
            julian := _up_julian(y, mo, d, h, mi, s);
            whole := (julian + 129600000) / 86400000 % 7;
            IF whole > amount THEN whole := whole - 7; END IF;
            julian := julian + (amount::int - whole) * 86400000::bigint;
        ELSIF word IN ('start of month', 'start of year', 'start of day') THEN
            h := 0; mi := 0; s := 0; has_time := true; has_julian := false; raw := NULL; zone := 0;
            IF word <> 'start of day' THEN d := 1; END IF;
            IF word = 'start of year' THEN mo := 1; END IF;
            CONTINUE;
        ELSIF shift.unit IS NOT NULL THEN
            amount := 0;
            IF shift.unit NOT IN ('date', 'clock') THEN past_month := 0; END IF;
            IF shift.civil THEN
                whole := CASE shift.unit WHEN 'date' THEN shift.months
                    WHEN 'month' THEN trunc(shift.amount) ELSE trunc(shift.amount) * 12 END;
                y := y + floor((mo - 1 + whole) / 12.0);
                mo := mod(mod(mo - 1 + whole, 12) + 12, 12) + 1;
                past_month := _up_past_month(y, mo, d);
                IF y NOT BETWEEN -4713 AND 9999 THEN RETURN NULL; END IF;
                julian := _up_julian(y, mo, d, h, mi, s) - zone * 60000
                    + coalesce(shift.days, 0) * 86400000::bigint;
                IF shift.unit <> 'date' THEN amount := shift.amount - trunc(shift.amount); END IF;
            ELSIF shift.unit <> 'clock' THEN
                amount := shift.amount;
            END IF;
            amount := amount * 1000.0 * CASE shift.unit
                WHEN 'minute' THEN 60.0 WHEN 'hour' THEN 3600.0 WHEN 'day' THEN 86400.0
                WHEN 'month' THEN 2592000.0 WHEN 'year' THEN 31536000.0 ELSE 1.0
            END;
            julian := julian + shift.clock_ms
                + trunc(amount + CASE WHEN amount < 0 THEN -0.5 ELSE 0.5 END)::bigint;
        ELSE
            RETURN NULL;
        END IF;
        IF julian IS NULL THEN RETURN NULL; END IF;
        has_julian := true; has_date := false; has_time := false; zone := 0;
    END LOOP;
    IF julian NOT BETWEEN 0 AND 464269060799999 THEN RETURN NULL; END IF;
    RETURN _up_shown_moment(format, julian, y, mo, d, h, mi, s, subseconds);
END $$;
