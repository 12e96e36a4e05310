//! What may be said on the command line: a case file to open, who reviews, and a model to fetch meanwhile.

/// Read from the command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Args {
    /// Opened at start.
    pub(crate) case: Option<String>,
    /// For this run only.
    pub(crate) reviewer: Option<String>,
    /// Fetched while the window is used; who says so accepts its licence.
    pub(crate) install: Option<String>,
}

/// Too little to be worth a parser: the command line proper is `casebook`.
pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Args, String> {
    let mut args = Args::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--reviewer" => {
                let name = words.next().ok_or("--reviewer: a name must follow")?;
                args.reviewer = Some(name);
            }
            "--install" => {
                let model = words.next().ok_or("--install: the id of a model must follow")?;
                args.install = Some(model);
            }
            option if option.starts_with('-') => {
                return Err(format!(
                    "{option}: known are [FILE.casebook], --reviewer NAME and --install MODEL"
                ));
            }
            _ if args.case.is_some() => return Err(format!("{word}: one case file is opened at a time")),
            _ => args.case = Some(word),
        }
    }
    Ok(args)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], expected: Result<[Option<&str>; 3], &str>) {
        let got = read(words.iter().map(ToString::to_string));
        match expected {
            Ok(expected) => {
                let [case, reviewer, install] = expected.map(|it| it.map(Into::into));
                let expected = Args { case, reviewer, install };
                assert_eq!(got, Ok(expected), "{words:?}");
            }
            Err(part) => {
                let message = got.expect_err("refused");
                assert!(message.contains(part), "{words:?}: {message}");
            }
        }
    }

    #[test]
    fn a_file_a_name_and_a_model_in_any_order() {
        check(&[], Ok([None; 3]));
        check(&["a.casebook"], Ok([Some("a.casebook"), None, None]));
        check(&["--reviewer", "Ada", "a.casebook"], Ok([Some("a.casebook"), Some("Ada"), None]));
        check(
            &["--install", "m", "a.casebook", "--reviewer", "Ada"],
            Ok([Some("a.casebook"), Some("Ada"), Some("m")]),
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        check(&["--reviewer"], Err("a name must follow"));
        check(&["--install"], Err("the id of a model must follow"));
        check(&["--verbose"], Err("--verbose: known are"));
        check(&["a", "b"], Err("b: one case file"));
    }
}
