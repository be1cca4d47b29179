//! Which functions of the server a view's query may call: those that compute, and no others.

/// Functions that are not fixed in what they yield, and yet do no harm.
const HARMLESS: [&str; 7] = [
    "random",
    "gen_random_uuid",
    "clock_timestamp",
    "now",
    "statement_timestamp",
    "transaction_timestamp",
    "timeofday",
];

/// Functions that tell of the server, of other tables or of rights, run a text, or reach files.
const REFUSED_STARTS: [&str; 14] = [
    "pg_",
    "lo_",
    "inet_",
    "has_",
    "txid_",
    "query_to_",
    "table_to_",
    "schema_to_",
    "database_to_",
    "cursor_to_",
    "dblink",
    "binary_upgrade",
    "ts_stat",
    "to_reg",
];
const REFUSED: [&str; 17] = [
    "current_setting",
    "set_config",
    "version",
    "currval",
    "nextval",
    "setval",
    "lastval",
    "current_schema",
    "current_schemas",
    "current_database",
    "current_query",
    "current_user",
    "session_user",
    "row_security_active",
    "loread",
    "lowrite",
    "col_description",
];

/// Own functions begin with this.
const OWN: &str = "_up_";

/// A function that a query calls.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) name: String,
    /// Whether it is one of the server's own.
    pub(super) is_built_in: bool,
    /// `i` for one that always yields the same, `s` for one that does so within a statement.
    pub(super) volatility: String,
}

/// Whether a view may call it.
pub(super) fn is_allowed(function: &Function) -> bool {
    let name = function.name.as_str();
    if !function.is_built_in {
        return name.starts_with(OWN) && function.volatility == "i";
    }
    let is_refused =
        REFUSED.contains(&name) || REFUSED_STARTS.iter().any(|start| name.starts_with(start));
    !is_refused && (function.volatility != "v" || HARMLESS.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(name: &str, volatility: &str, is_built_in: bool) -> bool {
        let (name, volatility) = (name.to_owned(), volatility.to_owned());
        is_allowed(&Function { name, is_built_in, volatility })
    }

    #[test]
    fn what_computes_is_allowed_and_what_reaches_out_is_not() {
        for (name, volatility) in [("lower", "i"), ("now", "s"), ("to_char", "s"), ("random", "v")]
        {
            assert!(allowed(name, volatility, true), "{name}");
        }
        for (name, volatility) in [
            ("pg_read_file", "v"),
            ("pg_sleep", "v"),
            ("query_to_xml", "v"),
            ("table_to_xml", "s"),
            ("current_setting", "s"),
            ("nextval", "v"),
            ("lo_import", "v"),
        ] {
            assert!(!allowed(name, volatility, true), "{name}");
        }
        assert!(allowed("_up_document", "i", false));
        assert!(!allowed("somebody_elses", "i", false));
    }
}
