//! PostgreSQL's exact numbers, which sums and averages of a view may be.
//!
//! The binary form is four 16-bit numbers (how many digits, the weight of the first one, the sign,
//! how many decimals are shown), then the digits, to the base of 10,000.

const NEGATIVE: u16 = 0x4000;
const POSITIVE: u16 = 0x0000;

/// The number as text, without zeros at the end of its decimals; nothing for what is no number.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let mut numbers = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok());
    let mut next = || numbers.next();
    let (count, weight) = (u16::from_be_bytes(next()?), i16::from_be_bytes(next()?));
    let sign = u16::from_be_bytes(next()?);
    let _shown = next()?;
    if sign != POSITIVE && sign != NEGATIVE {
        return None;
    }
    let mut digits = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        digits.push(u16::from_be_bytes(next()?));
    }
    let digit = |place: i32| -> u16 {
        let at = usize::try_from(i32::from(weight) - place).ok();
        at.and_then(|at| digits.get(at)).copied().unwrap_or_default()
    };
    let last = i32::from(weight) - i32::from(count) + 1;
    let whole: String =
        (0..=i32::from(weight)).rev().map(|place| format!("{:04}", digit(place))).collect();
    let part: String = (last.min(0)..0).rev().map(|place| format!("{:04}", digit(place))).collect();
    let whole = whole.trim_start_matches('0');
    let part = part.trim_end_matches('0');
    let minus = if sign == NEGATIVE { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(match part {
        "" => format!("{minus}{whole}"),
        part => format!("{minus}{whole}.{part}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(weight: i16, sign: u16, digits: &[u16]) -> String {
        let count = u16::try_from(digits.len()).unwrap();
        let weight = u16::from_be_bytes(weight.to_be_bytes());
        let all = [count, weight, sign, 0].into_iter().chain(digits.iter().copied());
        let bytes: Vec<u8> = all.flat_map(u16::to_be_bytes).collect();
        text(&bytes).unwrap()
    }

    #[test]
    fn exact_numbers_are_read() {
        assert_eq!(of(0, 0, &[]), "0");
        assert_eq!(of(0, 0, &[7]), "7");
        assert_eq!(of(1, NEGATIVE, &[12, 34]), "-120034");
        assert_eq!(of(1, 0, &[1]), "10000");
        assert_eq!(of(0, 0, &[3, 1400]), "3.14");
        assert_eq!(of(-1, 0, &[25]), "0.0025");
        assert_eq!(of(-2, NEGATIVE, &[5000]), "-0.00005");
    }
}
