//! IEEE 754 half precision: 16 bits for a coordinate whose fourth digit nobody compares.

/// Little-endian halves, rounded to nearest.
pub(crate) fn pack(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|it| from_single(*it).to_le_bytes()).collect()
}

/// The halves as singles.
pub(crate) fn unpack(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(2).map(|it| to_single(u16::from_le_bytes([it[0], it[1]]))).collect()
}

fn from_single(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16) as u16 & 0x8000;
    let magnitude = bits & 0x7fff_ffff;
    if magnitude > 0x7f80_0000 {
        return sign | 0x7e00; // not a number
    }
    if magnitude >= 0x4780_0000 {
        return sign | 0x7c00; // 65536 and above: infinite
    }
    if magnitude < 0x3880_0000 {
        // Below the smallest normal half: adding a half's worth lets the float unit round to 2^-24.
        let shifted = f32::from_bits(magnitude) + 0.5;
        return sign | (shifted.to_bits() - 0.5_f32.to_bits()) as u16;
    }
    // Rebias the exponent, then round to nearest, ties to even; a carry runs into the exponent rightly.
    let rebiased = magnitude - 0x3800_0000;
    let rounded = rebiased + 0x0fff + ((rebiased >> 13) & 1);
    sign | (rounded >> 13) as u16
}

fn to_single(half: u16) -> f32 {
    let sign = u32::from(half & 0x8000) << 16;
    let (exponent, fraction) = (u32::from(half >> 10) & 0x1f, u32::from(half & 0x3ff));
    match exponent {
        0 => {
            // 2^-24 is the smallest half; exact in single precision.
            let magnitude = fraction as f32 * f32::from_bits(0x3380_0000);
            f32::from_bits(magnitude.to_bits() | sign)
        }
        31 => f32::from_bits(sign | 0x7f80_0000 | (fraction << 13)),
        _ => f32::from_bits(sign | ((exponent + 112) << 23) | (fraction << 13)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_goes_there_and_back() {
        for half in (0..=u16::MAX).filter(|it| it & 0x7fff <= 0x7c00) {
            assert_eq!(from_single(to_single(half)), half, "{half:#06x}");
        }
    }

    #[test]
    fn known_values_are_the_standards() {
        for (value, half) in
            [(0.0, 0), (1.0, 0x3c00), (-2.0, 0xc000), (65504.0, 0x7bff), (1e9, 0x7c00), (6e-8, 1)]
        {
            assert_eq!(from_single(value), half, "{value}");
        }
        assert!(to_single(from_single(f32::NAN)).is_nan());
    }

    #[test]
    fn a_unit_vector_keeps_its_direction() {
        let vector: Vec<f32> = (0..384).map(|it| ((it * 37 % 101) as f32 - 50.0) / 600.0).collect();
        let back = unpack(&pack(&vector));
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
        let cosine = dot(&vector, &back) / (dot(&vector, &vector) * dot(&back, &back)).sqrt();
        assert!(cosine > 0.999_999, "{cosine}");
    }
}
