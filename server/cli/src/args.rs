//! Arguments of the command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args as ClapArgs, Parser, Subcommand};
use underpin_storage::transfer::Place;

use crate::place::place;

/// Exit codes, for scripts.
const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong arguments or configuration, 3 not found, 4 refused (the message says why), 5 the database can't be reached, 6 the target of a move is not empty";

/// A self-hosted backend: collections, auth, files and realtime in one binary.
#[derive(Debug, Parser)]
#[command(name = "underpin", version, about, after_help = EXIT_CODES)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Arguments of every command.
    #[command(flatten)]
    pub shared: Shared,
}

/// Arguments of every command.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Shared {
    /// Data directory [default: underpin_data]
    #[arg(long, global = true, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Configuration file [default: underpin.toml in the working directory, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Wait for a database that can't be reached yet
    #[arg(long, global = true)]
    pub wait: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API and the console
    Serve(Serve),
    /// Manage superusers
    #[command(subcommand)]
    Superuser(Superuser),
    /// Repair the settings
    #[command(subcommand)]
    Settings(Settings),
    /// Bring the database to this version and end
    Migrate,
    /// Move a whole project into another database, or go on where that was interrupted
    MigrateData(MigrateData),
    /// Bring a project of another server here
    #[command(subcommand)]
    Import(Import),
    /// Make, list, check and restore backups
    #[command(subcommand)]
    Backup(Backup),
}

/// What to do with backups. They lie in `backups` in the data directory, or in the bucket that the
/// settings name.
#[derive(Debug, Subcommand)]
pub enum Backup {
    /// Make one; a server may run meanwhile
    Create {
        /// Its name: small letters, digits, - and _, ending in .zip [default: made of the project's
        /// name and the time]
        name: Option<String>,
    },
    /// List them
    List,
    /// Check everything in one, as before it is restored; no server is needed
    Verify {
        /// The zip
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Put one in place of the project; on SQLite the server must be stopped
    Restore {
        /// The zip
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// Where a project comes from.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// From PocketBase 0.23 to 0.40: collections, records, files, accounts, settings and logs
    Pocketbase(ImportPocketbase),
}

/// What is to be imported, and where to. Files go to the data directory (--dir).
#[derive(Clone, Debug, ClapArgs)]
pub struct ImportPocketbase {
    /// Its data directory, with data.db and storage; nothing in it is changed
    #[arg(value_name = "PB_DATA")]
    pub from: PathBuf,
    /// A PostgreSQL database in place of SQLite in the data directory [default: the configured one]
    #[arg(long, value_name = "DATABASE_URL", value_parser = place)]
    pub to: Option<Place>,
    /// Tell what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Remove what the target holds already, or begin an interrupted import anew
    #[arg(long)]
    pub replace: bool,
    /// Import although the server is running: what it writes meanwhile stays behind
    #[arg(long)]
    pub running: bool,
    /// The environment variable with the key of its encrypted settings
    #[arg(long, value_name = "NAME")]
    pub encryption_env: Option<String>,
    /// Write the report as JSON into a file
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Most rows in one transaction
    #[arg(long, value_name = "ROWS", default_value_t = 10_000)]
    pub batch_rows: usize,
}

/// What is to be moved where.
#[derive(Clone, Debug, ClapArgs)]
pub struct MigrateData {
    /// The source: sqlite:DIR or postgres://…
    #[arg(
        long,
        value_name = "PLACE",
        env = "UNDERPIN_MIGRATE_FROM",
        hide_env_values = true,
        value_parser = place
    )]
    pub from: Place,
    /// The target, which must be empty: sqlite:DIR or postgres://…
    #[arg(
        long,
        value_name = "PLACE",
        env = "UNDERPIN_MIGRATE_TO",
        hide_env_values = true,
        value_parser = place
    )]
    pub to: Place,
    /// Copy uploaded files as well: the data directory that has them
    #[arg(long, value_name = "DIR", requires = "files_to")]
    pub files_from: Option<PathBuf>,
    /// The data directory that gets them
    #[arg(long, value_name = "DIR", requires = "files_from")]
    pub files_to: Option<PathBuf>,
    /// Go on without the views and indexes that the target's database can't have
    #[arg(long)]
    pub leave_out: bool,
    /// Compare both sides, and move nothing
    #[arg(long)]
    pub verify_only: bool,
    /// Most rows in one transaction
    #[arg(long, value_name = "ROWS", default_value_t = 10_000)]
    pub batch_rows: usize,
}

/// How to serve.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Serve {
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:8090]
    #[arg(long, value_name = "ADDR")]
    pub http: Option<SocketAddr>,
    /// Sites that may call the API from a browser, with commas between them [default: *]
    #[arg(long, value_name = "ORIGINS", value_delimiter = ',')]
    pub origins: Option<Vec<String>>,
    /// Folder of static files [default: public]
    #[arg(long = "publicDir", alias = "public-dir", value_name = "DIR")]
    pub public_dir: Option<PathBuf>,
    /// Whether index.html of that folder stands in for paths that are not there [default: true]
    #[arg(
        long = "indexFallback",
        alias = "index-fallback",
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub index_fallback: Option<bool>,
}

/// What to do with a superuser.
#[derive(Debug, Subcommand)]
pub enum Superuser {
    /// Make a superuser
    Create(Account),
    /// Make a superuser, or change the password of an existing one
    Upsert(Account),
    /// Change a superuser's password; ends its sessions
    Update(Account),
    /// Delete a superuser
    Delete {
        /// E-mail address
        email: String,
    },
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub enum Settings {
    /// Remove the passwords in the settings, whose key is lost; everything else stays
    ForgetSecrets,
}

/// A superuser's account.
#[derive(Clone, Debug, ClapArgs)]
pub struct Account {
    /// E-mail address
    pub email: String,
    /// Password, 8 characters or more; asked for when left out
    pub password: Option<String>,
}
