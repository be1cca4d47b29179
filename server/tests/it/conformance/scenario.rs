//! Scenarios as they stand in the data files.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

/// A file of scenarios that share their collections, records and users, and are played in order.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Group {
    /// The file's name.
    #[serde(skip)]
    pub(crate) name: String,
    /// What it is about; for readers.
    #[serde(rename = "about")]
    _about: String,
    /// The name of a file in `stages`.
    stage: Option<String>,
    /// What there is before the first scenario: from the file that `stage` names.
    #[serde(skip)]
    pub(crate) set: Set,
    /// Static files of both servers: contents by name.
    #[serde(default)]
    pub(crate) public: BTreeMap<String, String>,
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

/// What there is before the first scenario.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Set {
    /// What it is about; for readers.
    #[serde(rename = "about")]
    _about: String,
    /// Definitions of collections, made in this order.
    pub(crate) collections: Vec<Value>,
    /// Fields that are added when all collections are there: relations to themselves and to later
    /// ones.
    #[serde(default)]
    pub(crate) later: Vec<Value>,
    /// Records by collection, made in this order.
    #[serde(default)]
    pub(crate) records: Vec<Records>,
    /// Who signs in: collection, identity and password by the name that scenarios use.
    #[serde(default)]
    pub(crate) users: BTreeMap<String, (String, String, String)>,
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
    /// A multipart form: pairs of name and value; a value `@name:content` is a file, one that is
    /// no text is sent as its JSON.
    #[serde(default, deserialize_with = "read_form")]
    pub(crate) form: Option<Vec<(String, String)>>,
    /// `guest`, `superuser` or a user of the group.
    #[serde(default)]
    pub(crate) who: String,
    #[serde(default = "ok")]
    pub(crate) status: u16,
    /// Our status where the difference is wanted.
    pub(crate) our_status: Option<u16>,
    /// Whether the reference needs a moment until its answer is what it will be.
    #[serde(default)]
    pub(crate) eventually: bool,
    /// Answer's headers to compare as well.
    #[serde(default)]
    pub(crate) compare_headers: Vec<String>,
    /// Values of the answer (JSON pointers) that later requests use as `{name}`.
    #[serde(default)]
    pub(crate) keep: BTreeMap<String, String>,
}

fn read<T: DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read_form<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<(String, String)>>, D::Error> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        json => json.to_string(),
    };
    let pairs = Vec::<(String, Value)>::deserialize(deserializer)?;
    Ok(Some(pairs.into_iter().map(|(name, value)| (name, text(value))).collect()))
}

const fn ok() -> u16 {
    200
}

impl Group {
    /// All groups, by file name.
    pub(crate) fn read_all(data: &Path) -> Vec<Self> {
        let entries = std::fs::read_dir(data.join("groups")).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| Self::read(data, path)).collect()
    }

    /// A group without scenarios.
    pub(crate) fn of_stage(data: &Path, stage: &str) -> Self {
        let set = read(&data.join("stages").join(format!("{stage}.json")));
        let name = stage.to_owned();
        Self { name, set, ..Self::default() }
    }

    fn read(data: &Path, path: &Path) -> Self {
        let mut group: Self = read(path);
        if let Some(stage) = &group.stage {
            group.set = read(&data.join("stages").join(format!("{stage}.json")));
        }
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
