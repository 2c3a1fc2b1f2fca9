//! Decodes a histogram of `latency.hlog` to its values and how often each occurs.
//!
//! The library's reader makes a whole histogram of each line, of up to 270 KB for some
//! ten values; a day has 86,400 lines of each metric. The format is HdrHistogram's V2:
//! <https://github.com/HdrHistogram/HdrHistogram/blob/master/docs/design/EncodingV2.md>
//! names its parts, and a test compares with the library.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::{Decompress, FlushDecompress, Status};

/// First word of a histogram, and of a compressed one.
const COOKIE: u32 = 0x1c84_9313;
const COMPRESSED_COOKIE: u32 = 0x1c84_9314;

/// Bytes before the counts.
const HEADER: usize = 40;

/// Bytes of a histogram without compression: with three significant digits and the
/// largest range there are 56,320 counts of at most 9 bytes.
const MAX_BYTES: usize = 512 << 10;

/// The largest value that a histogram which grows can hold.
const MAX_VALUE: u64 = u64::MAX >> 2;

/// Decodes one histogram after the other into the same memory.
pub(super) struct LogValues {
    compressed: Vec<u8>,
    inflate: Decompress,
    bytes: Vec<u8>,
    values: Vec<(u64, u64)>,
}

impl LogValues {
    pub(super) fn new() -> Self {
        Self {
            compressed: Vec::new(),
            inflate: Decompress::new(true),
            bytes: vec![0; MAX_BYTES],
            values: Vec::new(),
        }
    }

    /// Each value, as the lowest that its bucket holds, and its count; `None` if the
    /// text is not a histogram in base64.
    pub(super) fn decode(&mut self, text: &[u8]) -> Option<&[(u64, u64)]> {
        self.compressed.clear();
        STANDARD.decode_vec(text, &mut self.compressed).ok()?;
        let mut rest = self.compressed.as_slice();
        let bytes = match u32_of(&mut rest)? {
            COOKIE => &self.compressed[..],
            COMPRESSED_COOKIE => {
                let length = u32_of(&mut rest)? as usize;
                self.inflate.reset(true);
                let zlib = rest.get(..length)?;
                let ended = self
                    .inflate
                    .decompress(zlib, &mut self.bytes, FlushDecompress::Finish);
                (ended.ok()? == Status::StreamEnd).then_some(())?;
                &self.bytes[..usize::try_from(self.inflate.total_out()).ok()?]
            }
            _ => return None,
        };
        self.values.clear();
        let buckets = Buckets::read(bytes)?;
        let mut counts = bytes.get(HEADER..HEADER + buckets.length)?;
        let mut index = 0_u64;
        while !counts.is_empty() {
            let number = varint(&mut counts)?;
            if number < 0 {
                index = index.checked_add(number.unsigned_abs())?;
                continue;
            }
            if number > 0 {
                let value = buckets.value(index)?;
                self.values.push((value, number.unsigned_abs()));
            }
            index = index.checked_add(1)?;
        }
        Some(&self.values)
    }
}

/// What values the counts are of.
struct Buckets {
    /// Bytes of the counts.
    length: usize,
    /// Binary logarithm of the unit.
    unit: u32,
    /// Binary logarithm of half the number of values that a power of two is divided
    /// into.
    half: u32,
}

impl Buckets {
    fn read(mut bytes: &[u8]) -> Option<Self> {
        (u32_of(&mut bytes)? == COOKIE).then_some(())?;
        let length = u32_of(&mut bytes)? as usize;
        let offset = u32_of(&mut bytes)?;
        let digits = u32_of(&mut bytes)?;
        let lowest = u64_of(&mut bytes)?;
        let highest = u64_of(&mut bytes)?;
        let ratio = f64::from_bits(u64_of(&mut bytes)?);
        let is_valid = offset == 0 && digits <= 5 && highest >= lowest && ratio == 1.0;
        is_valid.then_some(())?;
        // Twice ten to the number of digits is at least 2, so that none of them is 0.
        let divided = (2 * 10_u64.pow(digits)).next_power_of_two();
        Some(Self {
            length,
            unit: lowest.checked_ilog2()?,
            half: divided.ilog2() - 1,
        })
    }

    /// The lowest value that is counted there.
    fn value(&self, index: u64) -> Option<u64> {
        let power = index >> self.half;
        let within = index & ((1 << self.half) - 1);
        let (digits, shift) = match power {
            0 => (within, 0),
            _ => (within | (1 << self.half), power - 1),
        };
        let shift = u32::try_from(shift).ok()?.checked_add(self.unit)?;
        let limit = MAX_VALUE.checked_shr(shift)?;
        (digits <= limit).then(|| digits << shift)
    }
}

/// A number with a sign, in at most nine bytes.
fn varint(bytes: &mut &[u8]) -> Option<i64> {
    let mut number = 0_u64;
    for at in 0..9_u32 {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        // The ninth byte has no bit that announces another.
        let is_last = at == 8 || byte < 0x80;
        let digits = if at == 8 { byte } else { byte & 0x7f };
        number |= u64::from(digits) << (7 * at);
        if is_last {
            break;
        }
    }
    Some((number >> 1) as i64 ^ -((number & 1) as i64))
}

fn u32_of(bytes: &mut &[u8]) -> Option<u32> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_be_bytes(*first))
}

fn u64_of(bytes: &mut &[u8]) -> Option<u64> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_be_bytes(*first))
}

#[cfg(test)]
mod tests {
    use hdrhistogram::serialization::{Serializer, V2DeflateSerializer, V2Serializer};
    use proptest::prelude::*;

    use super::*;
    use crate::measure::Histogram;

    fn encoded(histogram: &Histogram, mut serializer: impl Serializer) -> String {
        let mut bytes = Vec::new();
        let written = serializer.serialize(histogram, &mut bytes);
        assert!(written.is_ok());
        STANDARD.encode(bytes)
    }

    /// Values over the whole range, not only large ones.
    fn value() -> impl Strategy<Value = u64> {
        (0_u32..62, any::<u64>()).prop_map(|(bits, value)| value & ((1 << bits) - 1))
    }

    proptest! {
        #[test]
        fn the_values_are_those_that_the_library_reads(
            values in prop::collection::vec((value(), 1_u64..1 << 40), 0..40),
            (lowest, digits) in (prop::sample::select(vec![1_u64, 2, 1_000]), 0_u8..=3),
        ) {
            let mut histogram =
                Histogram::new_with_bounds(lowest, 2 * lowest.max(1_000), digits).unwrap();
            histogram.auto(true);
            for (value, count) in &values {
                histogram.record_n(*value, *count).unwrap();
            }
            let recorded = histogram.iter_recorded();
            let expected: Vec<_> = recorded
                .map(|each| (histogram.lowest_equivalent(each.value_iterated_to()), each.count_at_value()))
                .collect();
            let mut decoder = LogValues::new();
            for text in [
                encoded(&histogram, V2Serializer::new()),
                encoded(&histogram, V2DeflateSerializer::new()),
            ] {
                prop_assert_eq!(decoder.decode(text.as_bytes()), Some(expected.as_slice()));
            }
        }

        #[test]
        fn damaged_bytes_are_refused_or_read_but_nothing_breaks(
            at in 0_usize..200, byte: u8, length in 0_usize..200,
        ) {
            let mut histogram = Histogram::new(3).unwrap();
            (1..60).for_each(|n| histogram.record_n(n * n * 1_000, n).unwrap());
            for plain in [true, false] {
                let text = match plain {
                    true => encoded(&histogram, V2Serializer::new()),
                    false => encoded(&histogram, V2DeflateSerializer::new()),
                };
                let mut bytes = STANDARD.decode(text).unwrap();
                let at = at % bytes.len();
                bytes[at] = byte;
                bytes.truncate(length.max(1));
                let text = STANDARD.encode(bytes);
                let _ = LogValues::new().decode(text.as_bytes());
            }
        }
    }

    #[test]
    fn what_is_not_a_histogram_is_refused() {
        let histogram = Histogram::new(3).unwrap();
        let plain = STANDARD
            .decode(encoded(&histogram, V2Serializer::new()))
            .unwrap();
        let mut decoder = LogValues::new();
        let whole = STANDARD.encode(&plain);
        assert_eq!(decoder.decode(whole.as_bytes()), Some(&[][..]));
        for (at, byte) in [
            // Another format, an offset, six digits, a lowest value of 0, a ratio of 2.
            (3, 1),
            (11, 1),
            (15, 6),
            (23, 0),
            (32, 0x40),
        ] {
            let mut bytes = plain.clone();
            bytes[at] = byte;
            let text = STANDARD.encode(&bytes);
            assert_eq!(decoder.decode(text.as_bytes()), None, "{at}");
        }
        for text in ["", "AAAA", "no base64", &whole[..whole.len() - 8]] {
            assert_eq!(decoder.decode(text.as_bytes()), None, "{text}");
        }
    }

    /// A few bytes may unpack to gigabytes.
    #[test]
    fn what_unpacks_to_more_than_any_histogram_is_refused() {
        use std::io::Write as _;
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        zlib.write_all(&vec![0; MAX_BYTES + 1]).unwrap();
        let zlib = zlib.finish().unwrap();
        let length = u32::try_from(zlib.len()).unwrap();
        let head = [COMPRESSED_COOKIE, length].map(u32::to_be_bytes).concat();
        let text = STANDARD.encode([head, zlib].concat());
        assert_eq!(LogValues::new().decode(text.as_bytes()), None);
    }
}
