//! Check digits, computed forwards: what a value of each kind ends in.

use casebook_core::hash::sha256_hex;

fn value(letter: char) -> u32 {
    letter.to_digit(36).expect("digits and letters")
}

/// `body` with its Luhn digit.
#[must_use]
pub fn luhn(body: &str) -> String {
    let sum: u32 = body
        .chars()
        .rev()
        .enumerate()
        .map(|(n, it)| {
            let doubled = value(it) * if n % 2 == 0 { 2 } else { 1 };
            doubled / 10 + doubled % 10
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// An IBAN of a country and an account.
#[must_use]
pub fn iban(country: &str, account: &str) -> String {
    let rest = format!("{account}{country}00").chars().fold(0_u64, |rest, it| {
        let it = u64::from(value(it));
        (rest * if it > 9 { 100 } else { 10 } + it) % 97
    });
    format!("{country}{:02}{account}", 98 - rest)
}

/// A weighted sum.
#[must_use]
pub fn weighted(digits: &str, weights: &[u32]) -> u32 {
    digits.chars().zip(weights).map(|(it, weight)| value(it) * weight).sum()
}

/// Brazilian CPF from nine digits.
#[must_use]
pub fn cpf(body: &str) -> String {
    let digit = |it: &str, from: u32| {
        let weights: Vec<u32> = (2..=from).rev().collect();
        match weighted(it, &weights) * 10 % 11 {
            10 => 0,
            n => n,
        }
    };
    let one = format!("{body}{}", digit(body, 10));
    format!("{one}{}", digit(&one, 11))
}

/// Spanish DNI from eight digits.
#[must_use]
pub fn dni(body: &str) -> String {
    let number: usize = body.parse().expect("digits");
    format!("{body}{}", &"TRWAGMYFPDXBNJZSQVHLCKE"[number % 23..=number % 23])
}

/// German tax number from ten digits.
#[must_use]
pub fn tax_id(body: &str) -> String {
    let product = body.chars().fold(10, |product, it| {
        let sum = match (value(it) + product) % 10 {
            0 => 10,
            n => n,
        };
        sum * 2 % 11
    });
    format!("{body}{}", (11 - product) % 10)
}

/// Dutch BSN from eight digits, where there is one.
#[must_use]
pub fn bsn(body: &str) -> Option<String> {
    let rest = weighted(body, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    (rest < 10).then(|| format!("{body}{rest}"))
}

/// Aadhaar from eleven digits: Verhoeff's dihedral check.
#[must_use]
pub fn aadhaar(body: &str) -> String {
    let times = |a: u32, b: u32| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a - 5 + 5 - b) % 5,
        (false, false) => (a - 5 + 5 - (b - 5)) % 5,
    };
    let turned =
        |n: usize, digit: u32| (0..n % 8).fold(digit, |it, _| [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][it as usize]);
    let sum = body.chars().rev().enumerate().fold(0, |sum, (n, it)| times(sum, turned(n + 1, value(it))));
    let inverse = (0..10).find(|it| times(sum, *it) == 0).expect("every element has one");
    format!("{body}{inverse}")
}

/// Chinese resident id from seventeen digits.
#[must_use]
pub fn resident(body: &str) -> String {
    let sum = weighted(body, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    format!("{body}{}", &"10X98765432"[(sum % 11) as usize..=(sum % 11) as usize])
}

/// Polish PESEL from ten digits.
#[must_use]
pub fn pesel(body: &str) -> String {
    let sum = weighted(body, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// EAN-13, and so ISBN-13, from twelve digits.
#[must_use]
pub fn ean(body: &str) -> String {
    let sum = weighted(body, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]);
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|n| u8::from_str_radix(&hex[n..n + 2], 16).expect("hex")).collect()
}

/// Base58Check of a version and twenty bytes.
#[must_use]
pub fn base58check(version: u8, payload: &[u8]) -> String {
    let mut all = vec![version];
    all.extend(payload);
    let sum = bytes(&sha256_hex(&bytes(&sha256_hex(&all))));
    all.extend(&sum[..4]);
    let zeros = all.iter().take_while(|it| **it == 0).count();
    let mut digits: Vec<u32> = Vec::new();
    for byte in &all {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += *digit << 8;
            (*digit, carry) = (carry % 58, carry / 58);
        }
        while carry > 0 {
            digits.push(carry % 58);
            carry /= 58;
        }
    }
    let alphabet = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let ones = std::iter::repeat_n('1', zeros);
    ones.chain(digits.iter().rev().map(|it| char::from(alphabet[*it as usize]))).collect()
}

/// Bech32 of a prefix and values of five bits.
#[must_use]
pub fn bech32(prefix: &str, data: &[u8]) -> String {
    let step = |sum: u32, it: u8| {
        let top = sum >> 25;
        let generator = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
        let next = (sum & 0x1ff_ffff) << 5 ^ u32::from(it);
        (0..5).filter(|n| top >> n & 1 == 1).fold(next, |sum, n| sum ^ generator[n])
    };
    let high = prefix.bytes().map(|it| it >> 5);
    let low = prefix.bytes().map(|it| it & 31);
    let sum = high.chain([0]).chain(low).chain(data.iter().copied()).chain([0; 6]).fold(1, step) ^ 1;
    let check = (0..6).map(|n| (sum >> (5 * (5 - n)) & 31) as u8);
    let alphabet = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let letters: String =
        data.iter().copied().chain(check).map(|it| char::from(alphabet[it as usize])).collect();
    format!("{prefix}1{letters}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_the_published_ones() {
        assert_eq!(luhn("411111111111111"), "4111111111111111");
        assert_eq!(iban("DE", "370400440532013000"), "DE89370400440532013000");
        assert_eq!(cpf("111444777"), "11144477735");
        assert_eq!(dni("12345678"), "12345678Z");
        assert_eq!(tax_id("8609574271"), "86095742719");
        assert_eq!(bsn("11122233").as_deref(), Some("111222333"));
        assert_eq!(aadhaar("236"), "2363");
        assert_eq!(resident("11010519491231002"), "11010519491231002X");
        assert_eq!(pesel("4405140135"), "44051401359");
        assert_eq!(ean("978316148410"), "9783161484100");
        // BIP 173: the empty payload of `a`, in lower case.
        assert_eq!(bech32("a", &[]), "a12uel5l");
        assert_eq!(base58check(0, &[0; 20]), "1111111111111111111114oLvT2");
    }
}
