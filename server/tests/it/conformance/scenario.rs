//! Scenarios as they stand in the data files.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;

/// A file of scenarios that share their collections, records and users, and are played in order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Group {
    /// The file's name.
    #[serde(skip)]
    pub(crate) name: String,
    /// What it is about; for readers.
    #[serde(rename = "about")]
    _about: String,
    /// Definitions of collections, made in this order.
    #[serde(default)]
    pub(crate) collections: Vec<Value>,
    /// Records by collection, made in this order.
    #[serde(default)]
    pub(crate) records: Vec<Records>,
    /// Who signs in: collection, identity and password by the name that scenarios use.
    #[serde(default)]
    pub(crate) users: BTreeMap<String, (String, String, String)>,
    /// What scenarios that don't say otherwise ask.
    #[serde(default)]
    request: Option<String>,
    /// Query parameters of all scenarios that don't set them.
    #[serde(default)]
    query: BTreeMap<String, String>,
    /// Who asks, where a scenario doesn't say otherwise.
    #[serde(default)]
    who: Option<String>,
    /// The scenarios.
    pub(crate) scenarios: Vec<Scenario>,
}

/// Records of a collection.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Records {
    pub(crate) of: String,
    pub(crate) rows: Vec<Value>,
}

/// A request, and the status that the reference gives.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Scenario {
    /// Its name; without one it is called after its request.
    name: Option<String>,
    /// Method and path.
    #[serde(default)]
    pub(crate) request: String,
    #[serde(default)]
    pub(crate) query: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// A JSON body.
    pub(crate) body: Option<Value>,
    /// A body as it is, sent as JSON.
    pub(crate) raw: Option<String>,
    /// A multipart form: pairs of name and value; a value `@name:content` is a file.
    pub(crate) form: Option<Vec<(String, String)>>,
    /// `guest`, `superuser` or a user of the group.
    #[serde(default)]
    pub(crate) who: String,
    #[serde(default = "ok")]
    pub(crate) status: u16,
    /// Our status where the difference is wanted.
    pub(crate) our_status: Option<u16>,
    /// Answer's headers to compare as well.
    #[serde(default)]
    pub(crate) compare_headers: Vec<String>,
    /// Values of the answer (JSON pointers) that later requests use as `{name}`.
    #[serde(default)]
    pub(crate) keep: BTreeMap<String, String>,
}

const fn ok() -> u16 {
    200
}

impl Group {
    /// All groups, by file name.
    pub(crate) fn read_all(data: &Path) -> Vec<Self> {
        let only = std::env::var("UNDERPIN_CONFORMANCE_GROUP").ok();
        let entries = std::fs::read_dir(data.join("groups")).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let groups = paths.iter().map(|path| Self::read(path));
        groups.filter(|group| only.as_ref().is_none_or(|only| *only == group.name)).collect()
    }

    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let mut group: Self = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        group.name = path.file_stem().unwrap().to_string_lossy().into_owned();
        for scenario in &mut group.scenarios {
            if scenario.request.is_empty() {
                scenario.request = group.request.clone().expect("the group has no request");
                for (name, value) in &group.query {
                    scenario.query.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
            if scenario.who.is_empty() {
                scenario.who = group.who.clone().unwrap_or_else(|| "superuser".to_owned());
            }
        }
        group
    }
}

impl Scenario {
    /// What it is called: its name, else its filter, else the request.
    pub(crate) fn name(&self) -> String {
        let unnamed = || self.query.get("filter").unwrap_or(&self.request).clone();
        self.name.clone().unwrap_or_else(unnamed)
    }
}
