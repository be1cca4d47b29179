//! Arguments of the command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args as ClapArgs, Parser, Subcommand};

/// Exit codes, for scripts.
const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong arguments or configuration, 3 not found, 4 refused (the message says why), 5 the database can't be reached";

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
    /// Bring the database to this version and end
    Migrate,
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

/// A superuser's account.
#[derive(Clone, Debug, ClapArgs)]
pub struct Account {
    /// E-mail address
    pub email: String,
    /// Password, 8 characters or more; asked for when left out
    pub password: Option<String>,
}
