//! PIPELINING, which Postfix offers and SES does not: fewer round trips, the
//! same messages.

use super::server::Postfix;
use super::{accounted, program};
use crate::turns::Turns;

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn pipelining_halves_the_turns_of_a_message() {
    const MESSAGES: usize = 20;
    for (pipelining, turns) in [(false, 4), (true, 2)] {
        let postfix = Postfix::start(&[]);
        let between = Turns::before(postfix.ports.plain);
        let target = ["--target", &between.target(), "--tls", "none"].map(str::to_owned);
        let words = format!(
            r#"--model closed --messages {MESSAGES} --warm-up 0s --sessions 1
            --set target.pipelining={pipelining} --set message.to=["a@inside.invalid"]"#
        );
        accounted(&postfix, program(&target, &words), 1);
        // One turn each for EHLO and QUIT, of the session and of the preflight
        // session.
        assert_eq!(between.count(), 4 + turns * MESSAGES, "{pipelining}");
    }
}

/// More recipients than fit a TCP segment, in one group.
#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn pipelined_messages_with_many_recipients_lose_nothing() {
    let postfix = Postfix::start(&[]);
    let to: Vec<_> = (0..97)
        .map(|number| format!("\"a.rather.long.name.{number}@inside.invalid\""))
        .collect();
    let words = format!(
        "--model closed --messages 20 --warm-up 0s --sessions 4 --set target.pipelining=true \
         --set message.recipients=50 --set message.to=[{}]",
        to.join(",")
    );
    accounted(&postfix, program(&super::plain(&postfix), &words), 50);
}
