//! What is enforced after the final dot, and not before.

use super::*;
use crate::facts::Profile;

#[test]
fn accepts_with_an_id_of_its_own() {
    let mut client = Client::ready(|_| {});
    let ids: Vec<String> = (0..3)
        .map(|_| client.deliver("a@example.com", &["b@example.com"]))
        .collect();
    for id in &ids {
        // 1700000000001 ms: the origin plus one millisecond of simulated time.
        assert!(id.starts_with("250 Ok 0100018bcfe56801-"), "{id}");
        assert!(
            id.ends_with("-000000\r\n") && id.len() == 7 + 60 + 2,
            "{id}"
        );
    }
    assert!(ids[0] != ids[1] && ids[1] != ids[2]);
    let counts = client.counts();
    assert_eq!(
        (counts.accepted, counts.accepted_recipients, counts.bytes),
        (3, 3, 51)
    );
}

#[test]
fn message_ids_carry_the_region() {
    let id = |region: &str, prefix: Option<&str>| {
        let mut client = Client::ready(|s| {
            s.region = region.to_owned();
            s.id_prefix = prefix.map(str::to_owned);
        });
        client.deliver("a@b.c", &["a@b.c"])[7..11].to_owned()
    };
    assert_eq!(id("eu-central-1", None), "0107");
    assert_eq!(id("sa-east-1", None), "0100");
    assert_eq!(id("sa-east-1", Some("01ff")), "01ff");
}

#[test]
fn throttles_above_the_rate_and_recovers() {
    let mut client = Client::ready(|s| s.rate = Some(2.0));
    let accepted = |reply: &str| reply.starts_with("250 Ok 01");
    assert!(accepted(&client.deliver("a@b.c", &["x@b.c"])));
    assert!(accepted(&client.deliver("a@b.c", &["x@b.c"])));
    assert_eq!(
        client.deliver("a@b.c", &["x@b.c"]),
        "454 Throttling failure: Maximum sending rate exceeded.\r\n"
    );
    client.pass(Duration::from_millis(500));
    assert!(accepted(&client.deliver("a@b.c", &["x@b.c"])));
    assert_eq!(client.counts().throttled, 1);
}

#[test]
fn two_sessions_share_one_rate() {
    let settings = Settings {
        rate: Some(1.0),
        ..Settings::default()
    };
    let account = account(&settings);
    let mut replies = Vec::new();
    for _ in 0..2 {
        let mut client = Client::on(&settings, &account, true);
        client.listen();
        client.log_in();
        replies.push(client.deliver("a@b.c", &["x@b.c"]));
    }
    assert!(
        replies[0].starts_with("250 ") && replies[1].starts_with("454 "),
        "{replies:?}"
    );
}

#[test]
fn counts_recipients_against_the_day() {
    let mut client = Client::ready(|s| {
        s.daily = Some(2);
        s.rate = Some(100.0);
    });
    let spent = "454 Throttling failure: Daily message quota exceeded.\r\n";
    assert_eq!(client.deliver("a@b.c", &["1@b.c", "2@b.c", "3@b.c"]), spent);
    assert!(
        client
            .deliver("a@b.c", &["1@b.c", "2@b.c"])
            .starts_with("250 ")
    );
    assert_eq!(client.deliver("a@b.c", &["1@b.c"]), spent);
    let simulated = client.deliver("a@b.c", &["success+x@simulator.amazonses.com"]);
    assert!(simulated.starts_with("250 "), "{simulated}");
    assert_eq!(client.counts().quota, 2);
}

#[test]
fn refuses_more_than_fifty_recipients() {
    let mut client = Client::ready(|s| s.profile = Profile::Unlimited);
    assert!(client.deliver("a@b.c", &["x@b.c"; 50]).starts_with("250 "));
    assert_eq!(
        client.deliver("a@b.c", &["x@b.c"; 51]),
        "554 Transaction failed: Recipient count exceeds 50.\r\n"
    );
}

#[test]
fn names_unverified_identities_and_the_region_in_capitals() {
    let mut client = Client::ready(|s| {
        s.profile = Profile::Sandbox;
        s.region = "us-west-2".to_owned();
        s.verified = Some(vec!["good.example".to_owned()]);
    });
    assert_eq!(
        client.deliver(
            "a@bad.example",
            &["c@d.example", "a@good.example", "c@d.example"]
        ),
        "554 Message rejected: Email address is not verified. The following identities \
         failed the check in region US-WEST-2: a@bad.example, c@d.example\r\n"
    );
    let simulated = client.deliver("a@good.example", &["success@simulator.amazonses.com"]);
    assert!(simulated.starts_with("250 Ok 0101"), "{simulated}");
    assert_eq!(client.counts().rejected, 1);
}

#[test]
fn takes_exactly_the_size_limit() {
    let mut client = Client::ready(|s| s.max_message_size = 10);
    let mut send = |body: &str| {
        client.say("MAIL FROM:<a@b.c>");
        client.say("RCPT TO:<a@b.c>");
        client.say("DATA");
        client.say(&format!("{body}\r\n."))
    };
    assert!(send("12345678").starts_with("250 Ok "));
    assert!(
        send("..2345678").starts_with("250 Ok "),
        "one dot is stuffing"
    );
    assert_eq!(send("123456789"), "552 Message is too long.\r\n");
    assert!(send("").starts_with("250 Ok "));
}

#[test]
fn a_refusal_resets_the_transaction_unless_set_otherwise() {
    let mut client = Client::ready(|s| s.daily = Some(0));
    client.deliver("a@b.c", &["x@b.c"]);
    assert_eq!(client.say("DATA"), "503 Error: need MAIL command\r\n");
    let mut client = Client::ready(|s| {
        s.daily = Some(0);
        s.failed_data_resets = false;
    });
    client.deliver("a@b.c", &["x@b.c"]);
    assert_eq!(
        client.say("MAIL FROM:<a@b.c>"),
        "503 Sender already specified.\r\n"
    );
    assert!(client.say("DATA").starts_with("354 "));
}

#[test]
fn a_refusal_closes_only_if_set() {
    let mut client = Client::ready(|s| {
        s.daily = Some(0);
        s.open_after_refusal = false;
    });
    assert!(client.deliver("a@b.c", &["x@b.c"]).starts_with("454 "));
    assert!(client.closed);
}

#[test]
fn a_session_has_only_so_many_messages() {
    let mut client = Client::ready(|s| s.messages_per_session = Some(2));
    client.deliver("a@b.c", &["x@b.c"]);
    client.deliver("a@b.c", &["x@b.c"]);
    assert_eq!(
        client.say("MAIL FROM:<a@b.c>"),
        "421 Connection closed by server. Maximum message count per session reached.\r\n"
    );
    assert!(client.closed);
}

#[test]
fn pipelined_250s_that_leave_together_are_heard_and_none_is_if_they_do_not() {
    let message = "MAIL FROM:<a@b.c>\r\nRCPT TO:<b@b.c>\r\nDATA\r\n\
                   Message-ID: <N@b.c>\r\n\r\nx\r\n.\r\n";
    let three: String = ["1", "2", "3"].map(|n| message.replace('N', n)).concat();
    let undelivered = |observers: &Observers, now| {
        let quota = crate::facts::Quota {
            daily: None,
            rate: None,
        };
        observers.report(now, quota).unwrap().messages.undelivered
    };
    for heard in [true, false] {
        let mut client = Client::ready(|_| {});
        assert_eq!(client.dialogue.next(client.now), Step::Receive);
        client.dialogue.input(three.as_bytes(), client.now);
        if heard {
            assert_eq!(client.listen().matches("250 Ok 0").count(), 3);
        }
        let (observers, now) = (Arc::clone(&client.observers), client.now);
        assert_eq!(undelivered(&observers, now), 0);
        drop(client);
        assert_eq!(undelivered(&observers, now), if heard { 0 } else { 3 });
    }
}

#[test]
fn only_the_250_that_a_fault_took_is_unheard() {
    let mut fault = crate::settings::Fault::new(crate::protocol::Stage::Dot);
    fault.action = Some(crate::settings::FaultAction::Garbage);
    fault.accepted = true;
    fault.first = Some(1);
    let mut client = Client::ready(|s| s.faults = vec![fault]);
    let message =
        "MAIL FROM:<a@b.c>\r\nRCPT TO:<b@b.c>\r\nDATA\r\nMessage-ID: <m@b.c>\r\n\r\nx\r\n.\r\n";
    assert_eq!(client.dialogue.next(client.now), Step::Receive);
    client.dialogue.input(message.as_bytes(), client.now);
    client.hear();
    client.send(message.as_bytes());
    client.send(message.as_bytes());
    let messages = client.report().messages;
    assert_eq!((messages.undelivered, messages.resent_unheard), (1, 1));
    assert_eq!(messages.accepted_twice, 1);
}

/// The first 250 could leave, and the second is delayed when the client is gone.
#[test]
fn each_lost_250_is_reported_once() {
    let mut fault = crate::settings::Fault::new(crate::protocol::Stage::Dot);
    fault.delay = Some(Duration::from_secs(1));
    fault.after = Some(1);
    let mut client = Client::ready(|s| s.faults = vec![fault]);
    let message = "MAIL FROM:<a@b.c>\r\nRCPT TO:<b@b.c>\r\nDATA\r\n\
                   Message-ID: <N@b.c>\r\n\r\nx\r\n.\r\n";
    let two: String = ["1", "2"].map(|n| message.replace('N', n)).concat();
    assert_eq!(client.dialogue.next(client.now), Step::Receive);
    client.dialogue.input(two.as_bytes(), client.now);
    let mut writes = 0;
    loop {
        match client.dialogue.next(client.now) {
            Step::Send(_) => {
                writes += 1;
                client.dialogue.lost(client.now);
            }
            Step::Wait(until) => client.now = until,
            _ => break,
        }
    }
    assert_eq!(writes, 2);
    assert_eq!(client.report().messages.undelivered, 2);
}
