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

    /// The scenarios that were not met.
    pub(crate) fn left(&self) -> impl Iterator<Item = &str> {
        self.left.iter().map(String::as_str)
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
