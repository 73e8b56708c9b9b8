//! What several tests need.

use std::path::PathBuf;

/// The folder of outside data, or `None`, said, where it is not there.
pub fn data(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PORTEFEUILLE_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}
