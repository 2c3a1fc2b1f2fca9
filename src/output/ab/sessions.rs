//! What a session costs in two TLS modes, for people.

use super::AbSeries;
use super::phrases::visible;
use crate::analysis::ab::SessionCost;
use crate::analysis::comparison::{Answer, Decision, Range};
use crate::output::answers::{change, interval};
use crate::output::table::{Side, Table};
use crate::text::figures::{latency, share, three_digits};
use crate::text::words::{count, plural};

/// The phases of the set-up side by side, with their round trips.
pub(super) fn phases(cost: &SessionCost) -> Table {
    let mut table = Table::new(&[Side::Left, Side::Right, Side::Right, Side::Right]);
    let [first, second] = cost.modes;
    table.row(["", first, second, "round trips"].map(str::to_owned));
    let mut cells = |name: &str, [first, second]: [String; 2], trips: String| {
        table.row([name.to_owned(), first, second, trips]);
    };
    let mut row = |name: &str, times: [Option<f64>; 2], trips: String| {
        cells(name, times.map(millis), trips);
    };
    for phase in &cost.phases {
        let [first, second] = phase.round_trips.map(number);
        row(phase.phase, phase.us, format!("{first} / {second}"));
    }
    let trips = cost
        .round_trips
        .map(|[first, second]| format!("{first} / {second}"));
    row(
        "session_setup",
        cost.set_up_us.map(Some),
        trips.unwrap_or_default(),
    );
    row("transaction", cost.transaction_us.map(Some), String::new());
    row("CPU, with messages", cost.cpu_us, String::new());
    for (name, bytes) in [
        ("bytes sent, with messages", cost.bytes_sent),
        ("bytes received", cost.bytes_received),
    ] {
        if bytes.iter().any(Option::is_some) {
            cells(name, bytes.map(whole), String::new());
        }
    }
    table
}

/// The set-up per message, by messages per session.
pub(super) fn overhead(cost: &SessionCost) -> Table {
    let mut table = Table::new(&[Side::Right, Side::Right, Side::Right, Side::Right]);
    let [first, second] = cost.modes;
    table.row(["messages per session", first, second, "difference"].map(str::to_owned));
    for each in &cost.overhead {
        let [first, second] = each.set_up_us.map(|us| millis(Some(us)));
        table.row([count(each.messages), first, second, share(each.share)]);
    }
    table
}

/// What follows, in sentences.
pub(super) fn closing(series: &AbSeries) -> Vec<String> {
    let Some(cost) = &series.sessions else {
        return Vec::new();
    };
    let answers = series.arms.first().map(|arm| &arm.answers.figures);
    let set_up = answers.and_then(|all| all.iter().find(|each| each.figure == SET_UP));
    let mut sentences = vec![difference(cost, set_up)];
    sentences.extend(dialogue(cost));
    sentences.extend(traffic(cost));
    if cost.connects_at_once() {
        sentences.push(
            "An emulated path delays what is sent, not the connection itself: a real one adds a \
             round trip to connect in both modes."
                .to_owned(),
        );
    }
    sentences.push(format!(
        "From {} per session the difference is below 1 % of a transaction.",
        plural(cost.negligible_from, "message")
    ));
    sentences
}

/// The figure that tells whether the set-ups differ.
const SET_UP: &str = "session_setup.p50";

/// The measured difference, or a note that this machine could not measure it.
fn difference(cost: &SessionCost, set_up: Option<&Answer>) -> String {
    let [first, second] = cost.modes;
    let difference = cost.set_up_us[0] - cost.set_up_us[1];
    let (size, trip) = (latency(difference.abs()), latency(cost.round_trip_us));
    let is_longer = if difference >= 0.0 {
        "longer"
    } else {
        "shorter"
    };
    let longer = format!("The set-up with {first} is {size} {is_longer} than with {second}");
    if cost.is_of_the_path() {
        let trips = three_digits(cost.difference_in_round_trips().abs());
        return format!("{longer}: {trips} round trips of {trip} (the shortest reply under TLS).");
    }
    let estimate = set_up.and_then(|answer| Some((answer, answer.estimate?)));
    let told = match estimate {
        Some((answer, estimate)) if !is_told(answer, &estimate.interval) => {
            let (shift, range) = (change(estimate.shift), interval(&estimate.interval));
            let visible = visible(answer).map(|visible| format!("; {visible}"));
            format!(
                "This machine cannot tell the set-ups apart: {second} takes {shift} ({range}{})",
                visible.unwrap_or_default()
            )
        }
        _ => longer,
    };
    format!(
        "{told}. A round trip takes {trip} here: nearly all of a set-up is CPU, most of it the TLS \
         handshake, which is the same in both modes."
    )
}

/// Whether the set-ups are told apart: not if equal ones are possible, or if they were to
/// be decided and were not.
fn is_told(answer: &Answer, range: &Range) -> bool {
    let is_open = matches!(answer.decision, Decision::Unclear | Decision::Described);
    let is_equal_possible = range.low <= 0.0 && 0.0 <= range.high;
    !(is_equal_possible || answer.role.is_decided() && is_open)
}

/// What the dialogue adds.
fn dialogue(cost: &SessionCost) -> Option<String> {
    let [one, other] = cost.round_trips.filter(|[one, other]| one != other)?;
    let more = one.abs_diff(other);
    let of = if one > other {
        cost.modes[0]
    } else {
        cost.modes[1]
    };
    let greeting = match more {
        3.. => ", and the greeting, which the wrapper gets with the end of the handshake",
        _ => "",
    };
    Some(format!(
        "By the dialogue {of} takes {} more: EHLO and STARTTLS before the handshake, each with its \
         reply{greeting}.",
        plural(u64::from(more), "round trip")
    ))
}

/// What the modes differ by on the wire.
fn traffic(cost: &SessionCost) -> Option<String> {
    let more = |bytes: [Option<f64>; 2]| match bytes {
        [Some(first), Some(second)] => Some(first.round() - second.round()),
        _ => None,
    };
    let (sent, received) = more(cost.bytes_sent).zip(more(cost.bytes_received))?;
    let amount = |bytes: f64| {
        let than = if bytes < 0.0 { "fewer" } else { "more" };
        format!("{} {than}", plural(bytes.abs() as u64, "byte"))
    };
    let [first, second] = cost.modes;
    Some(format!(
        "A session with {first} sends {} than one with {second}, and receives {}.",
        amount(sent),
        amount(received)
    ))
}

/// A number of bytes.
fn whole(bytes: Option<f64>) -> String {
    bytes.map_or_else(|| "-".to_owned(), |bytes| count(bytes.round() as u64))
}

fn millis(us: Option<f64>) -> String {
    us.map_or_else(|| "-".to_owned(), |us| format!("{:.2}", us / 1e3))
}

fn number(number: Option<u32>) -> String {
    number.map_or_else(|| "-".to_owned(), |number| number.to_string())
}
