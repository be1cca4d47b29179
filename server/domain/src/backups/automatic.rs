//! Backups that are made by the clock.

use std::{sync::Arc, time::Duration};

use underpin_model::{CronExpression, DomainResult};

use super::{BackupName, kept, make};
use crate::{Backend, jobs::Job, transfer::Unheard};

/// The name of the job, which clients know.
const JOB: &str = "__pbAutoBackup__";
/// How long a large backup may take.
const LIMIT: Duration = Duration::from_secs(6 * 3_600);

/// Has backups made when the settings say so, whatever they say later.
pub fn register(backend: &Backend) {
    let settings = backend.settings.watch();
    backend.jobs.register_live(move || {
        let cron = settings.borrow().backups.cron.clone();
        let expression = CronExpression::parse(&cron).filter(|_| !cron.is_empty())?;
        Some(Job::new(JOB, expression, run).limited(LIMIT))
    });
}

async fn run(backend: Arc<Backend>) -> DomainResult<()> {
    let settings = backend.settings.current();
    let name = BackupName::automatic(&settings.meta.app_name, backend.clock.now());
    make(&backend, &name, Arc::new(Unheard)).await?;
    let most = usize::try_from(backend.settings.current().backups.cron_max_keep);
    match most {
        Ok(most) if most > 0 => kept::thin_out(&backend, most).await,
        _ => Ok(()),
    }
}
