//! Sessions by number: one, `7`, or a range, `"5-9"`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Sessions in the order of connecting, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Sessions {
    first: u64,
    last: u64,
}

/// As it is written.
#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "invalid session: expected a number such as 7, or a range such as \"5-9\""
)]
enum Written {
    Number(u64),
    Text(String),
}

impl Sessions {
    /// The session with that number.
    #[must_use]
    pub fn one(number: u64) -> Sessions {
        Sessions::range(number, number)
    }

    /// The sessions from number `first` to number `last`; empty if `last` is less
    /// than `first`.
    #[must_use]
    pub fn range(first: u64, last: u64) -> Sessions {
        Sessions { first, last }
    }

    /// Whether they include the session with that number.
    #[must_use]
    pub(crate) fn contain(self, number: u64) -> bool {
        (self.first..=self.last).contains(&number)
    }

    pub(super) fn is_empty(self) -> bool {
        self.first > self.last
    }
}

impl fmt::Display for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return self.first.fmt(f);
        }
        write!(f, "{}-{}", self.first, self.last)
    }
}

impl TryFrom<Written> for Sessions {
    type Error = String;

    fn try_from(written: Written) -> Result<Sessions, String> {
        let text = match written {
            Written::Number(number) => return Ok(Sessions::one(number)),
            Written::Text(text) => text,
        };
        let (first, last) = text.split_once('-').unwrap_or((&text, &text));
        match (first.trim().parse(), last.trim().parse()) {
            (Ok(first), Ok(last)) => Ok(Sessions::range(first, last)),
            _ => Err(format!(
                "invalid session \"{text}\": expected a number such as 7, or a range such as \"5-9\""
            )),
        }
    }
}

impl From<Sessions> for Written {
    fn from(sessions: Sessions) -> Written {
        if sessions.first == sessions.last {
            return Written::Number(sessions.first);
        }
        Written::Text(sessions.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for (json, sessions) in [
            ("7", Sessions::one(7)),
            ("\"5-9\"", Sessions::range(5, 9)),
            ("\"9-5\"", Sessions::range(9, 5)),
        ] {
            assert_eq!(serde_json::from_str::<Sessions>(json).unwrap(), sessions);
            assert_eq!(serde_json::to_string(&sessions).unwrap(), json);
        }
        assert_eq!(
            serde_json::from_str::<Sessions>("\"7\"").unwrap(),
            Sessions::one(7)
        );
    }

    #[test]
    fn both_ends_belong_to_it() {
        let sessions = Sessions::range(5, 9);
        let within: Vec<u64> = (0..20).filter(|n| sessions.contain(*n)).collect();
        assert_eq!(within, [5, 6, 7, 8, 9]);
        assert!(Sessions::range(9, 5).is_empty() && !Sessions::one(0).is_empty());
    }

    #[test]
    fn refuses_what_is_not_a_number() {
        for json in ["\"\"", "\"5-\"", "\"-5\"", "\"a-b\"", "-1", "1.5", "[1]"] {
            assert!(serde_json::from_str::<Sessions>(json).is_err(), "{json}");
        }
    }
}
