//! Check digits: what tells a number of a kind from any other number.

use sha2::{Digest, Sha256};

fn values(number: &str) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator {
    number.bytes().map(|it| char::from(it).to_digit(36).unwrap_or(0)).collect::<Vec<_>>().into_iter()
}

fn weighted(number: &str, weights: &[u32]) -> u32 {
    values(number).zip(weights).map(|(value, weight)| value * weight).sum()
}

/// ISO/IEC 7812: the sum of payment cards and of much else.
pub(super) fn luhn(number: &str) -> bool {
    let sum: u32 = values(number)
        .rev()
        .enumerate()
        .map(|(n, value)| match n % 2 {
            0 => value,
            _ => value * 2 / 10 + value * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// ISO 13616: country, check digits, account, in capitals.
pub(super) fn iban(whole: &str) -> bool {
    let moved = values(&whole[4..]).chain(values(&whole[..4]));
    moved.fold(0, |rest, value| (rest * if value > 9 { 100 } else { 10 } + value) % 97) == 1
}

/// EAN-13, and so ISBN-13.
pub(super) fn ean(number: &str) -> bool {
    number.len() == 13 && weighted(number, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

/// Brazil: eleven digits, two of them checks.
pub(super) fn cpf(number: &str) -> bool {
    let check = |n: usize| {
        let weights: Vec<u32> = (2..=n as u32 + 1).rev().collect();
        weighted(&number[..n], &weights) * 10 % 11 % 10
    };
    let last = |n: usize| values(&number[n..=n]).next();
    last(9) == Some(check(9))
        && last(10) == Some(check(10))
        && number.bytes().any(|it| it != number.as_bytes()[0])
}

/// Spain: eight digits and the letter of their rest; a foreigner's first digit is X, Y or Z.
pub(super) fn dni(number: &str) -> bool {
    let digits = number[..8].replace('X', "0").replace('Y', "1").replace('Z', "2");
    digits.parse::<usize>().is_ok_and(|it| number.as_bytes()[8] == b"TRWAGMYFPDXBNJZSQVHLCKE"[it % 23])
}

/// Germany: ISO 7064, modulo 11,10.
pub(super) fn steuer(number: &str) -> bool {
    let product = values(&number[..10]).fold(10, |product, value| match (value + product) % 10 {
        0 => 20 % 11,
        sum => sum * 2 % 11,
    });
    !number.starts_with('0') && values(&number[10..]).next() == Some((11 - product) % 10)
}

/// The Netherlands: the eleven test.
pub(super) fn bsn(number: &str) -> bool {
    let last = values(&number[8..]).next().unwrap_or(0);
    let sum = weighted(&number[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
    sum > 0 && sum % 11 == last
}

/// India: Verhoeff's check in the dihedral group of five.
pub(super) fn verhoeff(number: &str) -> bool {
    let times = |a: u32, b: u32| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let turn = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let turned = |n: usize, value: u32| (0..n % 8).fold(value, |it, _| turn[it as usize % 10]);
    values(number).rev().enumerate().fold(0, |sum, (n, value)| times(sum, turned(n, value))) == 0
}

/// China: ISO 7064, modulo 11-2, over seventeen digits.
pub(super) fn resident(number: &str) -> bool {
    let sum = weighted(&number[..17], &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    number.as_bytes()[17].to_ascii_uppercase() == b"10X98765432"[(sum % 11) as usize]
}

/// Poland: eleven digits that begin with a date.
pub(super) fn pesel(number: &str) -> bool {
    weighted(number, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

/// France: thirteen digits and their complement to 97.
pub(super) fn nir(number: &str) -> bool {
    let (body, key) = number.split_at(13);
    let (Ok(body), Ok(key)) = (body.parse::<u64>(), key.parse::<u64>()) else { return false };
    97 - body % 97 == key
}

/// Italy: fifteen letters and digits, and a letter that sums them up, odd places by a table.
pub(super) fn codice(code: &str) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let sum: u32 = values(&code[..15])
        .enumerate()
        .map(|(n, value)| {
            let place = if value > 9 { value - 10 } else { value };
            if n % 2 == 0 { ODD[place as usize % 26] } else { place }
        })
        .sum();
    u32::from(code.as_bytes()[15]) == u32::from(b'A') + sum % 26
}

const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const RIPPLE: &[u8] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

/// Base58Check of a version of one to two bytes and twenty bytes more: Bitcoin and its kin, Tron, Ripple.
pub(super) fn base58check(word: &str) -> bool {
    let holds = |alphabet: &[u8]| {
        let bytes = base58(word, alphabet)?;
        let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(4)?)?;
        Some((21..=22).contains(&body.len()) && Sha256::digest(Sha256::digest(body))[..4] == *sum)
    };
    holds(BASE58) == Some(true) || holds(RIPPLE) == Some(true)
}

fn base58(word: &str, alphabet: &[u8]) -> Option<Vec<u8>> {
    let zeros = word.bytes().take_while(|it| *it == alphabet[0]).count();
    let mut bytes: Vec<u32> = Vec::new();
    for letter in word.bytes() {
        let mut carry = alphabet.iter().position(|it| *it == letter)? as u32;
        for byte in &mut bytes {
            carry += *byte * 58;
            (*byte, carry) = (carry & 255, carry >> 8);
        }
        while carry > 0 {
            bytes.push(carry & 255);
            carry >>= 8;
        }
    }
    bytes.extend(std::iter::repeat_n(0, zeros));
    Some(bytes.into_iter().rev().map(|it| it as u8).collect())
}

/// BIP 173 and 350: a prefix, `1`, and letters of five bits that end in their sum.
pub(super) fn bech32(word: &str) -> bool {
    const LETTERS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let Some((prefix, data)) = word.rsplit_once('1') else { return false };
    let step = |sum: u32, value: u32| {
        let generators = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
        let next = ((sum & 0x1ff_ffff) << 5) ^ value;
        generators
            .iter()
            .enumerate()
            .filter(|(n, _)| (sum >> (25 + n)) & 1 == 1)
            .fold(next, |it, (_, generator)| it ^ generator)
    };
    let prefixed = prefix
        .bytes()
        .map(|it| u32::from(it >> 5))
        .chain([0])
        .chain(prefix.bytes().map(|it| u32::from(it & 31)));
    let mut sum = prefixed.fold(1, step);
    for letter in data.bytes() {
        let Some(value) = LETTERS.iter().position(|it| *it == letter) else { return false };
        sum = step(sum, value as u32);
    }
    data.len() >= 6 && matches!(sum, 1 | 0x2bc8_30a3)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published example holds, and no number one digit off does.
    #[track_caller]
    fn check(holds: fn(&str) -> bool, example: &str) {
        assert!(holds(example), "{example} is as published");
        let last = example.len() - 1;
        let other = if example.ends_with('7') { '2' } else { '7' };
        assert!(!holds(&format!("{}{other}", &example[..last])), "{example} with another end is none");
    }

    #[test]
    fn published_numbers_hold_and_others_do_not() {
        check(luhn, "4111111111111111");
        check(iban, "GB82WEST12345698765432");
        check(ean, "9783161484100");
        check(cpf, "11144477735");
        check(dni, "12345678Z");
        check(steuer, "86095742719");
        check(bsn, "111222333");
        check(verhoeff, "2363");
        check(resident, "11010519491231002X");
        check(pesel, "44051401359");
        check(nir, "255081416802538");
        check(codice, "RSSMRA85T10A562S");
        check(base58check, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2");
        check(base58check, "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh");
        check(bech32, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
    }
}
