//! The query language: filters, rules, sort keys, expand paths and field picks.
//!
//! Text becomes a tree, the tree is resolved against the schema, and the result is either a
//! sea-query select or an answer in memory. Nothing here does I/O, and no text of a user ever
//! becomes part of an SQL text: values, JSON paths and patterns are binds, names come from the
//! schema.
//!
//! # Grammar
//! ```text
//! filter     = or
//! or         = and { "||" and }
//! and        = item { [ "&&" ] item }           (* a bare group joins as the last join did *)
//! item       = comparison | [ operand [ operator ] ] "(" or ")"   (* the group wins *)
//! comparison = operand operator operand
//! operator   = [ "?" ] ( "=" | "!=" | "~" | "!~" | "<" | "<=" | ">" | ">=" )
//! operand    = text | number | "true" | "false" | "null" | macro | call | name
//! text       = "'" … "'" | '"' … '"'            (* escapes: \\ \' \" \n \r \t *)
//! number     = [ "-" ] digit { digit } [ "." digit { digit } ]
//! call       = word "(" [ argument { "," argument } [ "," ] ] ")"   (* no blank before "(" *)
//! argument   = operand without call
//! name       = ( path | "@request." path | "@collection." word [ ":" word ] "." path )
//!              [ ":" modifier ]
//! path       = word { "." key }
//! key        = word { ":" word } | ":" word { ":" word }   (* colons: inside documents alone *)
//! modifier   = "isset" | "changed" | "length" | "each" | "lower"
//! macro      = "@now" | "@year" | …             (* see `macros` *)
//! comment    = "//" up to the line's end
//! ```
//! Blanks are the space, the tab and the line feed. A filter has at most
//! [`MAX_FILTER_EXPRESSIONS`](underpin_model::limits::MAX_FILTER_EXPRESSIONS) comparisons.

mod lexer;
mod macros;
mod parser;
mod print;
mod sort;
mod syntax_error;
mod token;
mod tree;

mod cell;
mod check;
mod expand;
mod flavour;
mod index_columns;
mod item_list;
mod like;
mod logged_row;
mod matches;
mod newcomer;
mod pick;
mod plan;
pub mod postgres_flavour;
mod rename;
mod resolve;
mod resolve_error;
mod scope;
pub mod sqlite_flavour;
mod term;

pub use self::{
    cell::{Affinity, Cell, stored_cell, stored_text},
    expand::{Expand, MAX_EXPAND_PATHS, parse_expand},
    flavour::{
        Comparator, Flavour, JsonStep, Kind, LikePattern, Operand as FlavourOperand, Ordered,
    },
    index_columns::has_unique_index,
    item_list::{EMPTY_LIST, list_items, list_without},
    like::LikeMatcher,
    logged_row::{Held, LoggedRow},
    macros::Macro,
    matches::{Verdict, matches},
    newcomer::asks_who_points_here,
    parser::{parse, parse_from_client, refuse_rule_names},
    pick::{Pick, parse_pick},
    plan::{
        Count, KEYSET_RECORD, Projection, RowSource, Targets, Window, by_column, by_target, count,
        exists, one, page, page_after, possible_id,
    },
    postgres_flavour::PostgresFlavour,
    rename::rename,
    resolve::back_relation,
    resolve_error::ResolveError,
    scope::{Condition, SchemaLookup, Scope, Trust},
    sort::{SortBy, SortKey, parse_sort},
    sqlite_flavour::SqliteFlavour,
    syntax_error::{SyntaxError, SyntaxProblem},
    tree::{Call, Comparison, Expression, Filter, Modifier, Name, Operand, Operator, Root, Verb},
};

#[cfg(test)]
mod agreement_tests;
#[cfg(test)]
mod binds_tests;
#[cfg(test)]
mod dialect_tests;
#[cfg(test)]
mod exposure_tests;
#[cfg(test)]
mod random_filter;
#[cfg(test)]
mod random_schema;
#[cfg(test)]
mod request_tests;
#[cfg(test)]
mod schema_tests;
#[cfg(test)]
mod scribe;
#[cfg(test)]
mod select_tests;
#[cfg(test)]
mod strftime_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod testing_postgres;
#[cfg(test)]
mod text_tests;
#[cfg(test)]
mod tree_tests;
