//! The suite on PostgreSQL, and what only PostgreSQL has.

use std::time::Duration;

use underpin_testpg::TestDatabase;

use super::PostgresOptions;
use crate::{
    Database,
    statement::Dialect,
    suite::{Fixture, run_suite},
};

struct PostgresFixture {
    // Dropped last: the server ends what still runs in it.
    database: TestDatabase,
}

impl Fixture for PostgresFixture {
    const DIALECT: Dialect = Dialect::Postgres;

    async fn open(read_limit: Duration) -> (Self, Database) {
        let fixture = Self { database: TestDatabase::create() };
        let options = PostgresOptions { read_limit, ..fixture.options() };
        (fixture, Database::open_postgres(options).await.unwrap())
    }

    async fn open_again(&self) -> Database {
        Database::open_postgres(self.options()).await.unwrap()
    }
}

impl PostgresFixture {
    fn options(&self) -> PostgresOptions {
        PostgresOptions::at(self.database.url())
    }
}

run_suite!(PostgresFixture);
