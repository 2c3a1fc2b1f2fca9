//! Parses decimal numbers exactly, without the rounding of a float.

/// The maximum number of decimals.
pub const MAX_DECIMALS: u32 = 9;

/// `parts / 10^decimals`, with as few decimals as possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The digits, as a whole number.
    pub parts: u64,
    /// How many of them are behind the point.
    pub decimals: u32,
}

/// The text is not a valid [`Decimal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDecimal {
    /// Not a number of 0 or more.
    Syntax,
    /// Too many decimals.
    TooFine,
    /// Too many digits.
    TooLarge,
}

impl std::str::FromStr for Decimal {
    type Err = NotDecimal;

    /// Reads `50`, `1_000`, `14.5`, `.5`, `1.5e-3`.
    fn from_str(text: &str) -> Result<Self, NotDecimal> {
        let text = text.replace('_', "");
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => {
                let exponent = exponent.parse::<i32>().map_err(|_| NotDecimal::Syntax)?;
                (mantissa, i64::from(exponent))
            }
            None => (text.as_str(), 0),
        };
        let mantissa = mantissa.strip_prefix('+').unwrap_or(mantissa);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotDecimal::Syntax);
        }
        let significant = digits.trim_end_matches('0');
        let zeros = digits.len() - significant.len();
        // The value is `significant`, with its point moved this many digits left.
        let decimals = fraction.len() as i64 - zeros as i64 - exponent;
        Self::new(significant.trim_start_matches('0'), decimals)
    }
}

impl Decimal {
    /// The nearest binary number.
    #[must_use]
    pub fn value(self) -> f64 {
        self.parts as f64 / 10_f64.powi(self.decimals as i32)
    }

    /// `significant`: digits that neither start nor end with a zero.
    fn new(significant: &str, decimals: i64) -> Result<Self, NotDecimal> {
        if significant.is_empty() {
            return Ok(Self {
                parts: 0,
                decimals: 0,
            });
        }
        if decimals > i64::from(MAX_DECIMALS) {
            return Err(NotDecimal::TooFine);
        }
        let parts: u64 = significant.parse().map_err(|_| NotDecimal::TooLarge)?;
        let moved = u32::try_from((-decimals).max(0)).map_err(|_| NotDecimal::TooLarge)?;
        let factor = 10_u64.checked_pow(moved).ok_or(NotDecimal::TooLarge)?;
        Ok(Self {
            parts: parts.checked_mul(factor).ok_or(NotDecimal::TooLarge)?,
            decimals: decimals.max(0) as u32,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_without_rounding() {
        for (text, parts, decimals) in [
            ("50", 50, 0),
            ("1_000", 1_000, 0),
            ("14.5", 145, 1),
            ("14.500", 145, 1),
            ("007", 7, 0),
            (".5", 5, 1),
            ("5.", 5, 0),
            ("+5", 5, 0),
            ("0.0015", 15, 4),
            ("1.5e-3", 15, 4),
            ("1.5e3", 1_500, 0),
            ("0.000000001", 1, 9),
            ("0.1000000000000000", 1, 1),
            ("0", 0, 0),
            ("0.0", 0, 0),
            ("0e99999", 0, 0),
            ("18446744073709551615", u64::MAX, 0),
        ] {
            assert_eq!(text.parse(), Ok(Decimal { parts, decimals }), "{text}");
        }
    }

    #[test]
    fn an_invalid_number_is_refused_with_its_reason() {
        for text in [
            "", ".", "e5", "-1", "--1", "+-1", "1e", "1e1.5", "nan", "inf", "1 0", "0x1",
        ] {
            assert_eq!(text.parse::<Decimal>(), Err(NotDecimal::Syntax), "{text}");
        }
        for text in ["0.0000000001", "1e-10", "1.0000000001", "1e-2000000000"] {
            assert_eq!(text.parse::<Decimal>(), Err(NotDecimal::TooFine), "{text}");
        }
        for text in ["18446744073709551616", "1e20", "2e19", "1e2000000000"] {
            assert_eq!(text.parse::<Decimal>(), Err(NotDecimal::TooLarge), "{text}");
        }
    }
}
