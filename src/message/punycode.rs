//! The ASCII form of an internationalised domain, as mail without SMTPUTF8 needs
//! it: `xn--` and Punycode for each label that is not ASCII (RFC 3492; RFC 5890
//! section 2.3.2.1).
//!
//! Only error texts use it; sesbench sends what the user writes.

/// RFC 3492 section 5.
const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 0x80;

/// RFC 1034 section 3.1.
const LABEL_LENGTH: usize = 63;

/// The domain in ASCII; `None` if it needs more of Unicode than is implemented
/// here (composition, bidirectional text), or is not a valid label.
pub(super) fn to_ascii(domain: &str) -> Option<String> {
    let labels = domain.split('.').map(|label| {
        if label.is_ascii() {
            return Some(label.to_owned());
        }
        let label: String = label.chars().flat_map(char::to_lowercase).collect();
        let simple = label.chars().all(is_simple);
        let encoded = format!("xn--{}", encode(&label)?);
        (simple && encoded.len() <= LABEL_LENGTH).then_some(encoded)
    });
    Some(labels.collect::<Option<Vec<_>>>()?.join("."))
}

/// Letters and digits that need no normalisation: Latin with composed accents,
/// Greek, Cyrillic, and the letters of Chinese, Japanese and Korean.
fn is_simple(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || c == '-'
        || c.is_alphabetic()
            && matches!(c, '\u{df}'..='\u{24f}' | '\u{3ac}'..='\u{3ce}' | '\u{430}'..='\u{45f}'
                | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'
                | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// RFC 3492 section 6.3.
fn encode(label: &str) -> Option<String> {
    let code_points: Vec<u32> = label.chars().map(u32::from).collect();
    let mut output: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(output.len()).ok()?;
    if basic > 0 {
        output.push('-');
    }
    let (mut n, mut delta, mut bias, mut handled) = (INITIAL_N, 0_u32, INITIAL_BIAS, basic);
    while (handled as usize) < code_points.len() {
        let next = *code_points.iter().filter(|point| **point >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for point in &code_points {
            if *point < n {
                delta = delta.checked_add(1)?;
            }
            if *point == n {
                push_integer(delta, bias, &mut output);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        (delta, n) = (delta.checked_add(1)?, n.checked_add(1)?);
    }
    Some(output)
}

/// A generalised integer of variable length (RFC 3492 section 3.3).
fn push_integer(integer: u32, bias: u32, output: &mut String) {
    let mut rest = integer;
    for k in (1..).map(|digit| digit * BASE) {
        let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if rest < threshold {
            break;
        }
        output.push(digit(threshold + (rest - threshold) % (BASE - threshold)));
        rest = (rest - threshold) / (BASE - threshold);
    }
    output.push(digit(rest));
}

/// 0 to 25 are letters, 26 to 35 digits (RFC 3492 section 5).
fn digit(value: u32) -> char {
    let (first, value) = match value {
        0..=25 => ('a', value),
        _ => ('0', value - 26),
    };
    char::from_u32(u32::from(first) + value).unwrap_or('?')
}

/// RFC 3492 section 6.1.
fn adapt(delta: u32, handled: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / handled;
    let mut k = 0;
    while delta > ((BASE - T_MIN) * T_MAX) / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3492 section 7.1, in lower case where the case has no meaning.
    #[test]
    fn the_samples_of_the_rfc() {
        for (text, encoded) in [
            (
                "\u{4ed6}\u{4eec}\u{4e3a}\u{4ec0}\u{4e48}\u{4e0d}\u{8bf4}\u{4e2d}\u{6587}",
                "ihqwcrb4cv8a8dqg056pqjye",
            ),
            ("pročprostěnemluvíčesky", "proprostnemluvesky-uyb24dma41a"),
            (
                "почемужеонинеговорятпорусски",
                "b1abfaaepdrnnbgefbadotcwatmq2g4l",
            ),
            (
                "porquénopuedensimplementehablarenespañol",
                "porqunopuedensimplementehablarenespaol-fmd56a",
            ),
            (
                "3\u{5e74}b\u{7d44}\u{91d1}\u{516b}\u{5148}\u{751f}",
                "3b-ww4c5e180e575a65lsy2b",
            ),
            ("-> $1.00 <-", "-> $1.00 <--"),
        ] {
            assert_eq!(encode(text).as_deref(), Some(encoded), "{text}");
        }
    }

    #[test]
    fn a_domain_is_written_label_by_label() {
        for (domain, ascii) in [
            ("bücher.example", Some("xn--bcher-kva.example")),
            ("Bücher.example", Some("xn--bcher-kva.example")),
            ("mail.münchen.example", Some("mail.xn--mnchen-3ya.example")),
            ("straße.example", Some("xn--strae-oqa.example")),
            ("пример.example", Some("xn--e1afmkfd.example")),
            ("例え.example", Some("xn--r8jz45g.example")),
            // Not implemented: combining marks, emoji, right to left.
            ("bu\u{308}cher.example", None),
            ("\u{1f600}.example", None),
            ("\u{645}\u{62b}\u{627}\u{644}.example", None),
        ] {
            assert_eq!(to_ascii(domain).as_deref(), ascii, "{domain}");
        }
        assert_eq!(to_ascii(&"ü".repeat(80)), None);
    }
}
