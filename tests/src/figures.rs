//! How benches reckon and report.

use serde_json::{Map, Value, json};

/// The value that `percent` of `values` do not exceed; not a number where there is none.
#[must_use]
pub fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let at = (percent / 100.0 * values.len() as f64).ceil() as usize;
    values.get(at.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// A figure and what it may be at most, or must be at least.
pub struct Figure {
    /// As in the table of its issue and in `docs/performance.md`.
    pub name: &'static str,
    /// What was measured.
    pub value: f64,
    /// What it is held to; `None` for what only explains others.
    pub bar: Option<Bar>,
}

/// What a figure is held to.
#[derive(Clone, Copy)]
pub enum Bar {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}

impl Figure {
    fn holds(&self) -> bool {
        match self.bar {
            Some(Bar::AtMost(most)) => self.value <= most,
            Some(Bar::AtLeast(least)) => self.value >= least,
            None => true,
        }
    }
}

/// Prints the figures for people, then as the one line that is quoted, and says whether all hold.
pub fn conclude(bench: &str, figures: &[Figure], others: &[(&str, Value)]) -> bool {
    println!();
    let mut line = Map::new();
    for it in figures {
        let bar = match it.bar {
            Some(Bar::AtMost(most)) if is_small(most) => format!("at most {most:.0e}"),
            Some(Bar::AtMost(most)) => format!("at most {most:.1}"),
            Some(Bar::AtLeast(least)) => format!("at least {least:.2}"),
            None => String::new(),
        };
        let value = if is_small(it.value) { format!("{:.2e}", it.value) } else { format!("{:.3}", it.value) };
        println!("{:>18} {value:>10}   {bar}{}", it.name, if it.holds() { "" } else { "   MISSED" });
        line.insert(it.name.into(), value.parse::<f64>().expect("it was just written as a number").into());
    }
    line.extend(others.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    println!("{}", json!({ "bench": bench, "figures": line }));
    figures.iter().all(Figure::holds)
}

/// Whether three places behind the point would leave little of it.
fn is_small(value: f64) -> bool {
    value != 0.0 && value.abs() < 0.01
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(percentile(&values, 50.0), 100.0);
        assert_eq!(percentile(&values, 99.0), 198.0);
        assert_eq!(percentile(&values, 100.0), 200.0);
        assert!(percentile(&[], 50.0).is_nan());
    }

    #[test]
    fn a_small_figure_keeps_its_places() {
        assert!(is_small(0.0001) && is_small(-0.005));
        assert!(!is_small(0.0) && !is_small(0.98) && !is_small(f64::NAN));
    }

    #[test]
    fn one_figure_beyond_its_bar_fails_the_bench() {
        let figure = |value, bar| Figure { name: "f", value, bar: Some(bar) };
        let (low, high) = (figure(2.0, Bar::AtMost(2.0)), figure(2.0, Bar::AtLeast(2.1)));
        assert!(conclude("b", &[low], &[]));
        assert!(!conclude("b", &[high], &[]));
        assert!(!conclude("b", &[figure(f64::NAN, Bar::AtMost(1.0))], &[]), "nothing was measured");
    }
}
