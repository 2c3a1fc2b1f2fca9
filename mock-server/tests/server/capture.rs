//! Accepted messages, kept byte by byte, and the library's view of a server.

use std::fs;
use std::thread;
use std::time::{Duration, SystemTime};

use sesbench_mock::Server;

use crate::client::Client;

/// Dots at line starts, bare line ends, an empty line at the end, no UTF-8.
const CONTENT: &[u8] = b"Subject: dots\r\n\r\n.\r\n..\r\n.a\r\nb.\r\n\nc\r d\r\n\xff\xfe\r\n\r\n";

/// As a client sends it.
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

/// Sends the content in pieces of `size` bytes, and says what id it got.
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
    assert!(error.starts_with("keeping messages: "), "{error}");
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
    assert_eq!(never.unwrap_err().accepted, 3);
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
fn nobody_watches_where_the_judge_is_off() {
    let server = crate::server(|s| s.judge = Some(false));
    Client::ready(&server).deliver();
    assert_eq!(server.report(), None);
}
