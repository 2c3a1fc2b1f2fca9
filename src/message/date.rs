//! The `Date` of each message (RFC 5322 section 3.3). It always has the same
//! length, so that it can be written in place in the headers, and the size of a
//! message does not depend on it.

/// The length of a date.
pub(super) const LENGTH: usize = EPOCH.len();

/// The pattern of every date; the constant characters are taken from it.
pub(super) const EPOCH: &[u8; 31] = b"Thu, 01 Jan 1970 00:00:00 +0000";

/// The last second of the year 9999: a year has four digits.
const MAX: i64 = 253_402_300_799;

/// From 1 March of the year 0 to the epoch, in days.
const DAYS_TO_EPOCH: i64 = 719_468;

const WEEKDAYS: [&[u8; 3]; 7] = [b"Thu", b"Fri", b"Sat", b"Sun", b"Mon", b"Tue", b"Wed"];

/// From March, so that the leap day is the last day of the year.
const MONTHS: [&[u8; 3]; 12] = [
    b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec", b"Jan", b"Feb",
];

/// Writes a time, in seconds since the Unix epoch, in UTC. Times before 1970 and
/// after 9999 are clamped.
pub(super) fn write(seconds: i64, to: &mut [u8]) {
    let seconds = seconds.clamp(0, MAX);
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    to.copy_from_slice(EPOCH);
    to[..3].copy_from_slice(WEEKDAYS[(days % 7) as usize]);
    two_digits(day, &mut to[5..7]);
    to[8..11].copy_from_slice(MONTHS[month]);
    two_digits(year / 100, &mut to[12..14]);
    two_digits(year % 100, &mut to[14..16]);
    two_digits(second / 3_600, &mut to[17..19]);
    two_digits(second / 60 % 60, &mut to[20..22]);
    two_digits(second % 60, &mut to[23..25]);
}

/// Year, month from March, and day of the month, of a day since the epoch
/// (proleptic Gregorian calendar, in eras of 400 years from 1 March).
fn civil(days: i64) -> (i64, usize, i64) {
    const ERA: i64 = 146_097;
    let days = days + DAYS_TO_EPOCH;
    let (era, day_of_era) = (days / ERA, days % ERA);
    let leap_days = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / (ERA - 1);
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // From March, every five months have 153 days.
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = match month {
        10.. => era * 400 + year_of_era + 1,
        _ => era * 400 + year_of_era,
    };
    (year, month as usize, day)
}

fn two_digits(number: i64, to: &mut [u8]) {
    to[0] = b'0' + (number / 10) as u8;
    to[1] = b'0' + (number % 10) as u8;
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_builder::headers::date::Date;
    use proptest::prelude::*;

    fn written(seconds: i64) -> String {
        let mut date = [0; LENGTH];
        write(seconds, &mut date);
        String::from_utf8(date.to_vec()).unwrap()
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (951_868_799, "Tue, 29 Feb 2000 23:59:59 +0000"),
            (951_868_800, "Wed, 01 Mar 2000 00:00:00 +0000"),
            (1_795_296_081, "Sat, 21 Nov 2026 21:21:21 +0000"),
            (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 +0000"),
            (1_798_761_600, "Fri, 01 Jan 2027 00:00:00 +0000"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 +0000"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 +0000"),
            (MAX, "Fri, 31 Dec 9999 23:59:59 +0000"),
            (-1, "Thu, 01 Jan 1970 00:00:00 +0000"),
            (i64::MAX, "Fri, 31 Dec 9999 23:59:59 +0000"),
        ] {
            assert_eq!(written(seconds), expected);
        }
    }

    proptest! {
        /// mail-builder writes days below 10 with one digit.
        #[test]
        fn dates_are_what_mail_builder_makes_of_them(seconds in 0_i64..=MAX) {
            let theirs = Date::new(seconds).to_rfc822();
            prop_assert_eq!(written(seconds).replace(", 0", ", "), theirs.replace(", 0", ", "));
        }
    }
}
