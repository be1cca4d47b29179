//! What of the configuration is about serving: its flags, and whether it makes sense.

use std::path::{Component, Path, PathBuf};

use super::Config;
use crate::args::Serve;
use underpin_domain::settings::is_range;

/// Stands for every site.
const ANY: &str = "*";

impl Config {
    /// Lays the flags of `serve` over the rest.
    ///
    /// # Errors
    /// Entries that can't be used.
    pub fn serve_as(&mut self, flags: &Serve) -> anyhow::Result<()> {
        if let Some(listen) = flags.http {
            self.listen = listen;
        }
        if let Some(origins) = &flags.origins {
            self.origins.clone_from(origins);
        }
        if let Some(folder) = &flags.public_dir {
            self.public_dir.clone_from(folder);
        }
        if let Some(fallback) = flags.index_fallback {
            self.index_fallback = fallback;
        }
        self.check_serving()
    }

    fn check_serving(&self) -> anyhow::Result<()> {
        for origin in &self.origins {
            let form = "an origin is * or a scheme and a host, such as https://example.com";
            anyhow::ensure!(is_origin(origin), "{origin:?} is no origin: {form}");
        }
        for proxy in &self.trusted_proxies {
            anyhow::ensure!(is_range(proxy), "{proxy:?} is no address and no range of them");
        }
        let (public, data) = (whole(&self.public_dir), whole(&self.data_dir));
        anyhow::ensure!(
            !data.starts_with(&public),
            "the folder of static files, {}, holds the data directory",
            public.display()
        );
        Ok(())
    }
}

/// A scheme and a host, perhaps a port, and nothing behind.
fn is_origin(text: &str) -> bool {
    let is_host = |host: &str| {
        let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        !host.is_empty() && host.bytes().all(is_sign)
    };
    let is_scheme = |scheme: &str| {
        let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        !scheme.is_empty() && scheme.bytes().all(is_sign)
    };
    text == ANY
        || text.split_once("://").is_some_and(|(scheme, host)| is_scheme(scheme) && is_host(host))
}

/// A path from the root on, wherever links lead, as far as it is there.
fn whole(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = absolute.ancestors().find_map(|part| part.canonicalize().ok().zip(Some(part)));
    let mut whole = match there {
        Some((real, part)) => real.join(absolute.strip_prefix(part).unwrap_or(Path::new(""))),
        None => absolute,
    };
    // What is not there can hold no links: upwards is what it says.
    if whole.components().any(|part| part == Component::ParentDir) {
        let mut plain = PathBuf::new();
        for part in whole.components() {
            if part == Component::ParentDir {
                plain.pop();
            } else {
                plain.push(part);
            }
        }
        whole = plain;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Shared;

    fn served(flags: &Serve) -> anyhow::Result<Config> {
        let mut config = Config::read(&Shared::default())?;
        config.serve_as(flags).map(|()| config)
    }

    #[test]
    fn origins_are_checked() {
        let with = |origin: &str| {
            served(&Serve { origins: Some(vec![origin.to_owned()]), ..Serve::default() }).is_ok()
        };
        for origin in [
            "*",
            "https://example.com",
            "http://localhost:3000",
            "http://[::1]:80",
            "tauri://localhost",
        ] {
            assert!(with(origin), "{origin}");
        }
        for origin in
            ["", "example.com", "https://example.com/", "https://", "://x", "null", "http://*"]
        {
            assert!(!with(origin), "{origin}");
        }
    }

    #[test]
    fn the_data_directory_is_not_served() {
        let folder = tempfile::tempdir().unwrap();
        let with = |public: &str| {
            let mut config = Config::read(&Shared::default()).unwrap();
            config.data_dir = folder.path().join("data");
            let flags = Serve { public_dir: Some(folder.path().join(public)), ..Serve::default() };
            config.serve_as(&flags).is_ok()
        };
        assert!(with("public") && with("data/public") && with("datas"));
        assert!(!with("") && !with("data") && !with("data/../data") && !with(".."));
    }
}
