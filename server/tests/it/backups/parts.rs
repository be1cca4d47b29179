//! Backups taken apart and put together again, with something else inside.

use std::io::{Cursor, Read, Write};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// A backup taken apart: names and bytes of its entries, the manifest last.
#[derive(Clone)]
pub(crate) struct Parts(pub(super) Vec<(String, Vec<u8>)>);

impl Parts {
    pub(crate) fn of(zip: &[u8]) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
        let mut parts = Vec::new();
        for at in 0..archive.len() {
            let mut entry = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            parts.push((entry.name().unwrap().into_owned(), bytes));
        }
        Self(parts)
    }

    pub(super) fn bytes(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.0.iter_mut().find(|(known, _)| known == name).unwrap().1
    }

    pub(crate) fn with(mut self, name: &str, bytes: &[u8]) -> Self {
        self.0.insert(0, (name.to_owned(), bytes.to_vec()));
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    /// With a manifest that was changed.
    pub(super) fn told(mut self, change: impl FnOnce(&mut Value)) -> Self {
        let text = self.bytes("manifest.json");
        let mut manifest: Value = serde_json::from_slice(text).unwrap();
        change(&mut manifest);
        *text = manifest.to_string().into_bytes();
        self
    }

    /// With a manifest that names what is inside, whatever that is.
    pub(crate) fn agreed(self) -> Self {
        let entries: Vec<Value> = self
            .0
            .iter()
            .filter(|(name, _)| name != "manifest.json")
            .map(|(name, bytes)| {
                let sum: String =
                    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
                json!({ "name": name, "size": bytes.len(), "sha256": sum })
            })
            .collect();
        self.told(|manifest| manifest["entries"] = json!(entries))
    }

    pub(crate) fn zip(&self) -> Vec<u8> {
        self.zip_with(|_, _| ())
    }

    /// The zip, with something done to it before its end.
    pub(super) fn zip_with(
        &self,
        more: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>, SimpleFileOptions),
    ) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, bytes) in &self.0 {
            zip.start_file(name.as_str(), options).unwrap();
            zip.write_all(bytes).unwrap();
        }
        more(&mut zip, options);
        zip.finish().unwrap().into_inner()
    }
}
