//! scratch
use portefeuille::*;
fn main() -> Result<()> {
    let a: Vec<String> = std::env::args().collect();
    let t = std::time::Instant::now();
    let ledger = io::read_folder(a[1].as_ref(), &io::ReadOptions::default())?;
    eprintln!("read {:?}", t.elapsed());
    let model = if a[3] == "-" { Model::new() } else { Model::from_toml(&std::fs::read_to_string(&a[3]).unwrap(), &a[3])? };
    let p = model.analyze(&ledger)?;
    eprintln!("analyze {:?}", t.elapsed());
    io::write_results(&p, a[2].as_ref(), &io::WriteOptions::new())?;
    eprintln!("all {:?}", t.elapsed());
    for f in p.findings() { eprintln!("{f}"); }
    Ok(())
}
