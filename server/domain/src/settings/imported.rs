//! The settings of another program.

use sea_query::{Alias, Expr, InsertStatement, OnConflict, Query};
use underpin_model::{DomainResult, Json, JsonMap, Timestamp};
use underpin_storage::Transaction;

use super::{Settings, row};

/// Where groups are kept that there is no place for yet.
const KEPT: &str = "importedSettings";

/// Settings on their way in. They are kept as they were, odd values too.
pub(crate) struct ImportedSettings {
    known: InsertStatement,
    rest: Option<InsertStatement>,
}

impl ImportedSettings {
    /// Reads them; tells which groups have no place here.
    ///
    /// # Errors
    /// A sentence that says what can't be read.
    pub(crate) fn read(stored: &JsonMap, now: Timestamp) -> Result<(Self, Vec<String>), String> {
        let ours = Settings::default().to_json();
        let rest: JsonMap = stored
            .iter()
            .filter(|(group, _)| !ours.contains_key(*group))
            .map(|(group, value)| (group.clone(), value.clone()))
            .collect();
        let settings: Settings = serde_json::from_value(Json::Object(stored.clone()))
            .map_err(|error| error.to_string())?;
        let known = row::upsert(&settings, now);
        let groups: Vec<String> = rest.keys().cloned().collect();
        let rest = (!groups.is_empty()).then(|| kept(&Json::Object(rest), now));
        Ok((Self { known, rest }, groups))
    }

    /// Writes them.
    pub(crate) async fn store(self, tx: &mut Transaction) -> DomainResult<()> {
        tx.execute(&self.known).await?;
        if let Some(rest) = self.rest {
            tx.execute(&rest).await?;
        }
        Ok(())
    }
}

fn kept(rest: &Json, now: Timestamp) -> InsertStatement {
    let (value, now) = (rest.to_string(), now.to_string());
    let replaced =
        OnConflict::column(Alias::new("id")).update_columns(["value"].map(Alias::new)).to_owned();
    Query::insert()
        .into_table(Alias::new("_params"))
        .columns(["id", "value", "created", "updated"].map(Alias::new))
        .values_panic::<[Expr; 4]>([KEPT.into(), value.into(), now.as_str().into(), now.into()])
        .on_conflict(replaced)
        .to_owned()
}
