//! Groups the rows of a file by k-means and says how long it took: what `scripts/compare_clusters.py` runs.
//!
//! The file holds doubles, little-endian, row by row. Arguments: file, columns, clusters, threads, runs.

#![allow(clippy::print_stdout, reason = "an example prints")]

use portefeuille::parallel::with_threads;
use portefeuille::segment::cluster::{ClusterRules, Points, group};
use std::error::Error;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [file, columns, clusters, threads, runs] = &args[..] else {
        return Err("usage: cluster_rows FILE COLUMNS CLUSTERS THREADS RUNS".into());
    };
    let bytes = std::fs::read(file)?;
    let values: Vec<f64> = bytes.as_chunks().0.iter().map(|value| f64::from_le_bytes(*value)).collect();
    let (columns, rules) = (columns.parse()?, ClusterRules::k(clusters.parse()?));
    let threads = threads.parse()?;
    for seed in 0..runs.parse()? {
        let values = values.clone();
        let started = Instant::now();
        let work = || group(&Points::new(columns, values)?, &vec![1.0; columns], &rules, seed);
        let found = with_threads(threads, work)??;
        println!("{:.6} {:.9}", started.elapsed().as_secs_f64(), found.inertia.unwrap_or_default());
    }
    Ok(())
}
