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

/// A fresh folder of this test run.
pub fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("portefeuille-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}
