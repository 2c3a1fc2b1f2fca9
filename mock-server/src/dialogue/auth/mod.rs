//! Logins.

mod exchange;

pub(super) use self::exchange::{
    Exchange, Progress, begin, begins_with_password, holds_password, proceed,
};
