//! The differences that we want.

use std::{collections::BTreeSet, path::Path};

use serde::Deserialize;

/// The wanted differences, from which scenarios are struck off as they are met.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Differences {
    everywhere: Vec<Everywhere>,
    scenarios: Vec<Difference>,
    #[serde(skip)]
    left: BTreeSet<String>,
}

/// A difference that the comparison passes over in every answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Everywhere {
    difference: String,
    reason: String,
}

/// A difference of certain scenarios, each as `group/scenario`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    difference: String,
    reason: String,
    scenarios: Vec<String>,
}

/// What is different besides on one database.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Here {
    scenarios: Vec<Difference>,
    /// Scenarios of the common table whose answers are equal here.
    equal: BTreeSet<String>,
    #[serde(skip)]
    left: BTreeSet<String>,
}

impl Here {
    /// The table of a database; an empty one for the database that the common table is about.
    pub(crate) fn read(data: &Path, is_postgres: bool) -> Self {
        if !is_postgres {
            return Self::default();
        }
        let text = std::fs::read_to_string(data.join("differences.postgres.json")).unwrap();
        let mut read: Self = serde_json::from_str(&text).unwrap();
        let named = read.scenarios.iter().flat_map(|difference| difference.scenarios.clone());
        read.left = named.collect();
        read
    }

    /// Whether a scenario is named: then our status is not what the scenario says.
    pub(crate) fn names(&self, scenario: &str) -> bool {
        let is_it = |name: &String| name == scenario;
        self.equal.iter().any(is_it)
            || self.scenarios.iter().any(|row| row.scenarios.iter().any(is_it))
    }

    /// Strikes a scenario off; false when its difference is not wanted.
    pub(crate) fn strike(&mut self, scenario: &str) -> bool {
        self.left.remove(scenario)
    }

    /// What of the common table, and of this one, should have been met and was not.
    pub(crate) fn stale<'a>(&'a self, common: &'a Differences) -> impl Iterator<Item = &'a str> {
        let common = common.left.iter().filter(|name| !self.equal.contains(*name));
        common.chain(&self.left).map(String::as_str)
    }

    /// The rows of the table for readers.
    pub(crate) fn table(&self) -> String {
        let row = |row: &Difference| {
            format!("| {} | {} | {} |\n", row.difference, row.reason, row.scenarios.len())
        };
        self.scenarios.iter().map(row).collect()
    }
}

impl Differences {
    /// Reads the table.
    pub(crate) fn read(data: &Path) -> Self {
        let text = std::fs::read_to_string(data.join("differences.json")).unwrap();
        let mut read: Self = serde_json::from_str(&text).unwrap();
        let named = read.scenarios.iter().flat_map(|difference| difference.scenarios.clone());
        read.left = named.collect();
        read
    }

    /// Strikes a scenario off; false when its difference is not wanted.
    pub(crate) fn strike(&mut self, scenario: &str) -> bool {
        self.left.remove(scenario)
    }

    /// The table for readers.
    pub(crate) fn table(&self) -> String {
        let everywhere = self
            .everywhere
            .iter()
            .map(|row| format!("| {} | {} | every answer |\n", row.difference, row.reason));
        let some = self.scenarios.iter().map(|row| {
            let names: Vec<String> = row
                .scenarios
                .iter()
                .map(|name| format!("`{}`", name.replace('|', "\\|").replace('\n', " ")))
                .collect();
            format!("| {} | {} | {} |\n", row.difference, row.reason, names.join(", "))
        });
        let rows: String = everywhere.chain(some).collect();
        format!("| difference | reason | scenarios |\n| --- | --- | --- |\n{rows}")
    }
}
