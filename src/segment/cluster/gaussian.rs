//! One Gaussian of a mixture.

use serde::{Deserialize, Serialize};

/// A Gaussian with its weight in the mixture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Gaussian {
    /// Its share of the rows.
    pub weight: f64,
    /// Its mean, by column.
    pub mean: Vec<f64>,
    /// Its covariances: columns × columns, row by row.
    pub covariance: Vec<f64>,
}

/// Columns whose factor fits on the stack.
const COLUMNS_ON_STACK: usize = 16;

/// A Gaussian whose factor is found, for many complete rows.
#[cfg(feature = "clustering")]
#[derive(Clone, Debug)]
pub(super) struct Factored<'a> {
    gaussian: &'a Gaussian,
    known: Vec<usize>,
    rows: Vec<f64>,
    log_root: Option<f64>,
}

#[cfg(feature = "clustering")]
impl Factored<'_> {
    /// ln(weight × density) of a complete row, the same to the bit as that of the Gaussian.
    pub(super) fn log_weighted_density(&self, row: &[f64], solved: &mut [f64]) -> f64 {
        match self.log_root {
            Some(log_root) => self.gaussian.density(row, &self.known, &self.rows, log_root, solved),
            None => f64::NEG_INFINITY,
        }
    }
}

impl Gaussian {
    /// ln(weight × density) of a row over the columns that it has: the others are integrated out, which leaves a Gaussian of
    /// those known. −∞ where the covariances are of no Gaussian.
    pub(crate) fn log_weighted_density(&self, row: &[f64]) -> f64 {
        let columns = self.mean.len();
        if columns <= COLUMNS_ON_STACK {
            let (mut known, mut solved) = ([0; COLUMNS_ON_STACK], [0.0; COLUMNS_ON_STACK]);
            self.density_in(row, &mut known, &mut [0.0; COLUMNS_ON_STACK * COLUMNS_ON_STACK], &mut solved)
        } else {
            self.density_in(row, &mut vec![0; columns], &mut vec![0.0; columns * columns], &mut vec![0.0; columns])
        }
    }

    fn density_in(&self, row: &[f64], known: &mut [usize], factor: &mut [f64], solved: &mut [f64]) -> f64 {
        let mut count = 0;
        for (column, _) in row.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
            known[count] = column;
            count += 1;
        }
        let known = &known[..count];
        match self.factor(known, factor) {
            Some(log_root) => self.density(row, known, factor, log_root, solved),
            None => f64::NEG_INFINITY,
        }
    }

    /// With its factor found once.
    #[cfg(feature = "clustering")]
    pub(super) fn factored(&self) -> Factored<'_> {
        let known: Vec<usize> = (0..self.mean.len()).collect();
        let mut rows = vec![0.0; known.len() * known.len()];
        let log_root = self.factor(&known, &mut rows);
        Factored { gaussian: self, known, rows, log_root }
    }

    /// Finds Cholesky's factor of the covariances of some columns, and the logarithm of the root of their determinant. `None`
    /// when they are of no Gaussian.
    fn factor(&self, known: &[usize], factor: &mut [f64]) -> Option<f64> {
        let (columns, count) = (self.mean.len(), known.len());
        let mut log_root = 0.0;
        for (i, a) in known.iter().enumerate() {
            for (j, b) in known[..=i].iter().enumerate() {
                let products = (0..j).map(|k| factor[i * count + k] * factor[j * count + k]);
                let rest = products.fold(self.covariance[a * columns + b], |rest, product| rest - product);
                factor[i * count + j] = match i == j {
                    true if rest > 0.0 => libm::sqrt(rest),
                    true => return None,
                    false => rest / factor[j * count + j],
                };
            }
            log_root += libm::log(factor[i * count + i]);
        }
        Some(log_root)
    }

    fn density(&self, row: &[f64], known: &[usize], factor: &[f64], log_root: f64, solved: &mut [f64]) -> f64 {
        let count = known.len();
        let mut square = 0.0;
        for (i, column) in known.iter().enumerate() {
            let products = (0..i).map(|k| factor[i * count + k] * solved[k]);
            let gap = products.fold(row[*column] - self.mean[*column], |gap, product| gap - product);
            solved[i] = gap / factor[i * count + i];
            square += solved[i] * solved[i];
        }
        let normal = 0.5 * count as f64 * libm::log(std::f64::consts::TAU);
        libm::log(self.weight) - normal - log_root - 0.5 * square
    }

    /// Whether its parts fit each other.
    pub(super) fn is_sound(&self, columns: usize) -> bool {
        let finite = self.mean.iter().chain(&self.covariance).all(|value| value.is_finite());
        let sizes = self.mean.len() == columns && self.covariance.len() == columns * columns;
        sizes && finite && 0.0 < self.weight && self.weight <= 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bivariate normal with correlation ½, whose density can be written out.
    #[test]
    fn a_density_is_the_formula_and_its_margin_that_of_one_column() {
        let gaussian = Gaussian { weight: 0.5, mean: vec![1.0, 2.0], covariance: vec![4.0, 1.0, 1.0, 1.0] };
        let (x, y) = (2.0 - 1.0, 1.5 - 2.0);
        let determinant: f64 = 4.0 - 1.0;
        let square = (x * x - 2.0 * x * y + 4.0 * y * y) / determinant;
        let expected = 0.5_f64.ln() - std::f64::consts::TAU.ln() - 0.5 * determinant.ln() - 0.5 * square;
        assert!((gaussian.log_weighted_density(&[2.0, 1.5]) - expected).abs() < 1e-12);
        let margin = 0.5_f64.ln() - 0.5 * (std::f64::consts::TAU * 4.0).ln() - 0.5 * x * x / 4.0;
        assert!((gaussian.log_weighted_density(&[2.0, f64::NAN]) - margin).abs() < 1e-12);
        let flat = Gaussian { covariance: vec![1.0, 1.0, 1.0, 1.0], ..gaussian };
        assert_eq!(flat.log_weighted_density(&[0.0, 0.0]), f64::NEG_INFINITY);
    }
}
