//! National numbers of people, of countries whose check digits tell them from other numbers.
//!
//! Where one digit in ten or eleven is all that is checked, the number's name must stand beside it.

use super::{
    checksum::{bsn, codice, cpf, dni, nir, pesel, resident, steuer, verhoeff},
    kind::Kind,
    scan::{Scan, compact},
};

/// A number: how it is grouped, what it must fulfil, and the words one of which must stand before it.
struct Form {
    /// `d` for a digit, `x` for a letter or digit, `-` for a sign that may be left out.
    shape: &'static str,
    holds: fn(&str) -> bool,
    /// None are needed where this is empty.
    cues: &'static [&'static str],
}

/// How far before a number its name may stand.
const REACH: usize = 40;

const FORMS: [Form; 12] = [
    Form { shape: "dddddddddddddddddx", holds: is_resident, cues: &[] },
    Form { shape: "d-dd-dd-dd-ddd-ddd-dd", holds: is_nir, cues: &[] },
    Form { shape: "xxxxxxddxddxdddx", holds: is_codice, cues: &[] },
    Form { shape: "ddd.ddd.ddd-dd", holds: cpf, cues: &[] },
    Form { shape: "ddd-ddd-ddd-dd", holds: cpf, cues: &["cpf"] },
    Form {
        shape: "dddd-dddd-dddd",
        holds: is_aadhaar,
        cues: &["aadhaar", "aadhar", "adhar", "uidai", "आधार", "ஆதார்", "ఆధార్", "আধার"],
    },
    Form { shape: "dddd dddd dddd", holds: is_aadhaar, cues: &[] },
    Form {
        shape: "dd-ddd-ddd-ddd",
        holds: steuer,
        cues: &[
            "steuer",
            "steuer-id",
            "steuerid",
            "steueridentifikationsnummer",
            "identifikationsnummer",
            "idnr",
            "tin",
            "tax",
        ],
    },
    Form { shape: "ddddddddddd", holds: is_pesel, cues: &["pesel"] },
    Form { shape: "dddd-dd-ddd", holds: bsn, cues: &["bsn", "burgerservicenummer", "sofinummer", "sofi"] },
    Form { shape: "ddd-dd-dddd", holds: is_ssn, cues: &["ssn", "social", "social security", "ss#"] },
    Form { shape: "xddddddd-x", holds: is_dni, cues: &[] },
];

/// Every number of a form.
pub(super) fn find(scan: &mut Scan) {
    for start in scan.word_starts() {
        let follows = matches!(scan.before(start), Some('-' | '.' | ' '))
            && start > 1
            && scan.letters[start - 2].is_ascii_digit();
        if follows
            || !scan.is_free(start)
            || matches!(scan.before(start), Some('.' | '-' | '/')) && scan.is_in_link(start)
        {
            continue;
        }
        for form in &FORMS {
            let Some(end) = shaped(scan, start, form.shape) else { continue };
            let number = compact(&scan.letters[start..end]).to_ascii_uppercase();
            if (form.holds)(&number)
                && (form.cues.is_empty() || scan.has_cue(start, REACH, form.cues))
                && scan.take(Kind::NationalId, start, end)
            {
                break;
            }
        }
    }
}

/// Where a number of a shape that begins at `start` ends, as a word of its own.
fn shaped(scan: &Scan, start: usize, shape: &str) -> Option<usize> {
    let mut at = start;
    for sign in shape.chars() {
        let letter = scan.letter(at);
        let joins = |it: char| matches!(it, ' ' | '-' | '.' | '/' | '_' | '\u{2010}'..='\u{2015}');
        let fits = match sign {
            'd' => letter.is_some_and(|it| it.is_ascii_digit()),
            'x' => letter.is_some_and(|it| it.is_ascii_alphanumeric()),
            '-' if letter.is_some_and(joins) => true,
            '-' => continue,
            it => letter == Some(it),
        };
        if !fits {
            return None;
        }
        at += 1;
    }
    let goes_on = scan.is_glued_after(at)
        || (matches!(scan.letter(at), Some('-' | '.' | ' '))
            && scan.letter(at + 1).is_some_and(|it| it.is_ascii_digit()));
    (!goes_on).then_some(at)
}

fn part(number: &str, from: usize, to: usize) -> u32 {
    number.get(from..to).and_then(|it| it.parse().ok()).unwrap_or(0)
}

fn is_date(year: u32, month: u32, day: u32) -> bool {
    (1900..=2030).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

fn is_resident(number: &str) -> bool {
    is_date(part(number, 6, 10), part(number, 10, 12), part(number, 12, 14)) && resident(number)
}

fn is_nir(number: &str) -> bool {
    let (sex, month) = (part(number, 0, 1), part(number, 3, 5));
    matches!(sex, 1 | 2) && ((1..=12).contains(&month) || (20..=42).contains(&month)) && nir(number)
}

fn is_codice(code: &str) -> bool {
    let letters = [0, 1, 2, 3, 4, 5, 8, 11, 15];
    letters.iter().all(|n| code.as_bytes()[*n].is_ascii_uppercase()) && codice(code)
}

/// Nobody's begins with 0 or 1.
fn is_aadhaar(number: &str) -> bool {
    !number.starts_with(['0', '1']) && verhoeff(number)
}

fn is_pesel(number: &str) -> bool {
    (1..=12).contains(&(part(number, 2, 4) % 20)) && (1..=31).contains(&part(number, 4, 6)) && pesel(number)
}

/// Numbers that were given out, by the rules of the Social Security Administration.
fn is_ssn(number: &str) -> bool {
    let (area, group, serial) = (part(number, 0, 3), part(number, 3, 5), part(number, 5, 9));
    area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
}

fn is_dni(number: &str) -> bool {
    let first = number.as_bytes()[0];
    (first.is_ascii_digit() || matches!(first, b'X' | b'Y' | b'Z'))
        && number.as_bytes()[8].is_ascii_uppercase()
        && dni(number)
}
