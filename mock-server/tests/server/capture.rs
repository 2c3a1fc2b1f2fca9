//! Accepted messages, stored byte for byte, and the library's methods.

use std::fs;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, SystemTime};

use sesbench_mock::Server;

use crate::client::Client;

/// Dots at line starts, bare line ends, an empty line at the end, invalid UTF-8.
const CONTENT: &[u8] = b"Subject: dots\r\n\r\n.\r\n..\r\n.a\r\nb.\r\n\nc\r d\r\n\xff\xfe\r\n\r\n";

/// The same, as a client sends it.
fn stuffed() -> Vec<u8> {
    let mut wire = Vec::new();
    for line in CONTENT.split_inclusive(|byte| *byte == b'\n') {
        let after_crlf = wire.is_empty() || wire.ends_with(b"\r\n");
        if after_crlf && line.starts_with(b".") {
            wire.push(b'.');
        }
        wire.extend_from_slice(line);
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

fn server() -> Server {
    let builder = Server::builder().idle_timeout(Duration::from_secs(300));
    builder.start().unwrap()
}

/// Sends the content in pieces of `size` bytes, and returns its id.
fn send(client: &mut Client, size: usize) -> String {
    client.begin_message();
    for piece in stuffed().chunks(size) {
        client.send(piece);
    }
    let reply = client.reply();
    reply.trim_end().strip_prefix("250 Ok ").unwrap().to_owned()
}

#[test]
fn a_message_is_kept_as_it_was_before_dot_stuffing_however_it_arrives() {
    let server = server();
    let mut client = Client::ready(&server);
    let before = SystemTime::now() - Duration::from_secs(1);
    let ids: Vec<String> = [1, 2, 3, 7, 1000]
        .iter()
        .map(|size| send(&mut client, *size))
        .collect();
    let messages = server.messages();
    assert_eq!(messages.len(), ids.len());
    for (message, id) in messages.iter().zip(ids) {
        assert_eq!(message.id, id);
        assert_eq!(message.sender, "a@example.com");
        assert_eq!(message.recipients, ["b@example.com"]);
        assert_eq!(message.data, CONTENT);
        assert!(message.accepted_at() > before);
        assert!(message.text().contains("Subject: dots"));
    }
}

#[test]
fn what_is_refused_is_not_kept() {
    let server = Server::builder()
        .idle_timeout(Duration::from_secs(300))
        .daily(1)
        .start()
        .unwrap();
    let mut client = Client::ready(&server);
    client.deliver();
    client.deliver();
    assert_eq!((server.counts().quota, server.messages().len()), (1, 1));
}

#[test]
fn files_are_whole_and_there_when_the_server_has_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mail");
    let server = crate::server(|s| {
        s.capture = Some(path.clone());
        s.profile = sesbench_mock::facts::Profile::Unlimited;
    });
    let mut client = Client::ready(&server);
    let ids: Vec<String> = (0..50).map(|_| send(&mut client, 1000)).collect();
    assert_eq!(server.messages(), [], "in memory only where asked for");
    drop(server);
    assert_eq!(fs::read_dir(&path).unwrap().count(), 50);
    for id in ids {
        let eml = fs::read(path.join(format!("{id}.eml"))).unwrap();
        let envelope = b"X-Envelope-From: <a@example.com>\r\nX-Envelope-To: <b@example.com>\r\n";
        assert_eq!(eml, [&envelope[..], CONTENT].concat());
    }
}

#[test]
fn a_folder_that_can_t_be_made_is_an_error_at_the_start() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = Server::builder().capture(file.path().join("mail")).start();
    let error = error.unwrap_err().to_string();
    let folder = file.path().join("mail");
    let begin = format!("cannot capture messages in {}: ", folder.display());
    assert!(error.starts_with(&begin), "{error}");
}

#[test]
fn what_is_counted_is_there_already() {
    let builder = Server::builder().profile(sesbench_mock::facts::Profile::Unlimited);
    let server = builder
        .idle_timeout(Duration::from_secs(300))
        .start()
        .unwrap();
    const ROUNDS: usize = 500;
    let begin = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut client = Client::ready(&server);
            for _ in 0..ROUNDS {
                begin.wait();
                client.deliver();
                begin.wait();
            }
        });
        let round = |_| {
            server.reset();
            begin.wait();
            while server.counts().accepted_recipients == 0 {}
            let kept = server.messages().len();
            begin.wait();
            kept
        };
        let kept: usize = (0..ROUNDS).map(round).sum();
        assert_eq!(kept, ROUNDS);
    });
}

#[test]
fn a_quota_may_depend_on_what_was_used() {
    let server = server();
    let mut client = Client::ready(&server);
    client.deliver();
    let more = |limits: &mut sesbench_mock::Limits| {
        limits.daily = server.used().day_sent.map(|sent| sent + 1);
        assert_eq!(server.quota().daily, Some(50_000));
    };
    server.set_quota(more).unwrap();
    assert_eq!(server.quota().daily, Some(2));
}

#[test]
fn a_test_is_told_of_files_that_are_missing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mail");
    let server = crate::server(|s| s.capture = Some(path.clone()));
    let mut client = Client::ready(&server);
    client.deliver();
    assert_eq!(server.capture_problem(), None);
    fs::remove_dir_all(&path).unwrap();
    client.deliver();
    let problem = server.capture_problem().unwrap();
    assert!(problem.contains(": 1 could not be written"), "{problem}");
}

#[test]
fn one_can_wait_for_what_others_send() {
    let server = server();
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut client = Client::ready(&server);
            (0..3).for_each(|_| drop(client.deliver()));
        });
        let counts = server.wait_for(|c| c.accepted == 3, Duration::from_secs(60));
        assert_eq!(counts.unwrap().accepted, 3);
    });
    let never = server.wait_for(|c| c.accepted == 4, Duration::from_millis(5));
    let timed_out = never.unwrap_err();
    assert_eq!(timed_out.counts.accepted, 3);
    let text = timed_out.to_string();
    assert!(text.starts_with("timed out after 5ms; counts: {"), "{text}");
}

#[test]
fn the_judge_sees_a_real_client() {
    let server = server();
    for _ in 0..6 {
        let mut client = Client::ready(&server);
        client.begin_message();
        client.say("Message-ID: <same@example.com>\r\n\r\nx\r\n.");
        client.say("MAIL FROM:<a@example.com>");
        client.say("MAIL FROM:<a@example.com>");
    }
    let report = server.report().unwrap();
    for code in [
        "accepted_twice",
        "half_finished_transaction",
        "one_message_per_connection",
    ] {
        assert!(report.has(code), "{code}\n{report}");
    }
    assert_eq!(report.messages.accepted_twice, 5);
    assert_eq!(report.tls.versions["1.3"], 6);
    server.reset();
    assert_eq!(server.report().unwrap().findings, []);
}

#[test]
fn the_judge_follows_a_message_by_its_recipients_too() {
    let server = server();
    let mut client = Client::ready(&server);
    for recipient in ["b@example.com", "c@example.com", "b@example.com"] {
        client.say("MAIL FROM:<a@example.com>");
        client.say(&format!("RCPT TO:<{recipient}>"));
        client.say("DATA");
        client.say("Message-Id:\r\n <one@example.com>\r\n\r\nx\r\n.");
    }
    assert_eq!(server.report().unwrap().messages.accepted_twice, 1);
}

#[test]
fn without_the_judge_there_is_no_report() {
    let server = crate::server(|s| s.judge = Some(false));
    Client::ready(&server).deliver();
    assert_eq!(server.report(), None);
}

#[test]
fn a_connection_used_again_long_after_its_idle_time_out_is_seen() {
    let server = Server::builder()
        .idle_timeout(Duration::from_millis(500))
        .max_connections(1)
        .start()
        .unwrap();
    let mut pooled = Client::wrapped(&server);
    server
        .wait_for(
            |c| c.replies.keys().any(|reply| reply.starts_with("451 4.4.2")),
            Duration::from_secs(60),
        )
        .unwrap();
    // It no longer counts as open, though the client has not disconnected.
    drop(Client::wrapped(&server));
    // Longer than a server waits for the end of a connection.
    thread::sleep(Duration::from_millis(1500));
    assert_eq!(
        pooled.say("NOOP"),
        "451 4.4.2 Timeout waiting for data from client.\r\n"
    );
    let start = std::time::Instant::now();
    while !server.report().unwrap().has("spoke_after_timeout") {
        assert!(start.elapsed() < Duration::from_secs(60));
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_resend_after_a_250_that_never_left_is_seen() {
    let fault = r#"{"at": "dot", "first": 1, "action": "close", "accepted": true}"#;
    let server = Server::builder()
        .idle_timeout(Duration::from_secs(300))
        .settings(|s| s.faults = vec![serde_json::from_str(fault).unwrap()])
        .start()
        .unwrap();
    for reply in ["", "250 "] {
        let mut client = Client::ready(&server);
        client.begin_message();
        client.send(b"Message-ID: <m@example.com>\r\n\r\nx\r\n.\r\n");
        assert!(client.reply().starts_with(reply));
        drop(client);
        // Until it notices that the client has disconnected.
        let start = std::time::Instant::now();
        while server.report().unwrap().messages.undelivered == 0 {
            assert!(start.elapsed() < Duration::from_secs(60));
            thread::sleep(Duration::from_millis(1));
        }
    }
    let report = server.report().unwrap();
    assert_eq!(
        (report.messages.undelivered, report.messages.resent_unheard),
        (1, 1)
    );
    assert!(report.has("resent_after_lost_reply"), "{report}");
}
