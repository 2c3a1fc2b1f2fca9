//! The messages that are sent: recipients from a file, sizes, mixes, files,
//! attachments. A server in the test records what it receives; the embedded
//! mock reports its counts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::support::{Done, Server, Sesbench, Stage, Then};

/// A run in which time does not matter, with further lines of `[message]`.
fn scenario(message: &str) -> String {
    format!("[mock]\nprofile = \"unlimited\"\n{}", against(message))
}

fn against(message: &str) -> String {
    let load = "model = \"closed\"\nsessions = 3\nmessages = 60\nwarm_up = \"0s\"";
    format!("[load]\n{load}\n[message]\n{message}\n")
}

const EML: &str = "From: News <news@example.com>\nTo: nobody@example.com\nSubject: Spring\n\
                   Message-ID: <old@example.com>\n\n.A dot begins this line.\n..Two.\n.\nEnd.\n";

/// Against the embedded mock.
fn mocked(message: &str) -> Done {
    let program = Sesbench::run("");
    let path = program.file("scenario.toml", &scenario(message));
    let done = with_files(program).arg(path).done().passed();
    done.folder().adds_up();
    assert_eq!(done.folder().count("/mock/accepted"), 60);
    done
}

fn with_files(program: Sesbench) -> Sesbench {
    program.file("spring.eml", EML);
    program.file(
        "people.csv",
        "email,name,weight,header.X-Team\na@example.com,Ann,8,red\nb@example.com,Bob,2,\n",
    );
    program
}

/// The bytes the mock accepted.
fn bytes(done: &Done) -> u64 {
    done.folder().count("/mock/bytes")
}

#[test]
fn the_mock_counts_the_bytes_that_were_asked_for() {
    assert_eq!(bytes(&mocked("size = \"20 KiB\"")), 60 * 20_480);
    let sizes = mocked("size = { least = 1000, most = 100000 }");
    assert!((60 * 1_000..=60 * 100_000).contains(&bytes(&sizes)));
    let log_normal = "size = { median = \"20 KiB\", p99 = \"200 KiB\", most = \"1 MiB\" }";
    assert_eq!(
        bytes(&mocked(log_normal)),
        bytes(&mocked(log_normal)),
        "one seed, one load"
    );
    // 100,000 bytes are 133,336 characters in 1,755 lines; 272 bytes are the
    // boundaries and headers of the parts.
    let attached = mocked("size = \"2 KiB\"\nattachments = [100000]");
    assert_eq!(bytes(&attached), 60 * (2_048 + 133_336 + 2 * 1_755 + 272));
}

#[test]
fn a_mix_with_a_file_and_recipients_by_weight_passes_over_tls() {
    let done = mocked(
        "recipients_csv = \"people.csv\"\nheaders = { Subject = \"Dear {name}\" }\n\
         [[message.mix]]\nweight = 3\nsize = \"2 KiB\"\n\
         [[message.mix]]\nweight = 1\neml = \"spring.eml\"\n\
         [[message.mix]]\nweight = 1\nattachments = [\"30 KiB\"]",
    );
    let plan = &done.folder().json()["plan"]["message"];
    assert_eq!(plan["to"]["rows"], 2);
    assert_eq!(plan["to"]["file"], "people.csv");
    assert_eq!(plan["mix"][1]["eml"]["bytes"], EML.len());
    assert!(!plan.to_string().contains("a@example.com"));
}

/// The messages as a plaintext server receives them, without dot-stuffing; by
/// their index.
fn received(message: &str, words: &str) -> BTreeMap<u64, String> {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let keep = kept.clone();
    let server = Server::start(move |_, peer| {
        peer.serve(|stage, peer| match stage {
            Stage::Accept => {
                keep.lock().unwrap().push(peer.content().to_owned());
                Then::Reply
            }
            _ => Then::Reply,
        });
    });
    let program = Sesbench::run(&format!("--target {} --tls none {words}", server.address()));
    let path = program.file("scenario.toml", &against(message));
    let done = with_files(program).arg(path).done().passed();
    done.folder().adds_up();
    let messages = kept.lock().unwrap().clone();
    let by_index = messages.into_iter().map(|text: String| {
        let id = text.split("X-Sesbench-Run: ").nth(1).unwrap();
        (id[..16].parse().unwrap(), text)
    });
    by_index.collect()
}

#[test]
fn a_file_is_sent_unchanged_except_for_the_headers_of_each_message() {
    let messages = received("eml = \"spring.eml\"\nto = [\"a@example.com\"]", "");
    assert_eq!(messages.len(), 60);
    for (index, text) in &messages {
        let text = text.replace("\r\n", "\n");
        let (headers, body) = text.split_once("\n\n").unwrap();
        assert_eq!(body, EML.split_once("\n\n").unwrap().1);
        let id = format!("Message-ID: <{index:016}.");
        assert_eq!(headers.matches("Message-ID: ").count(), 1);
        assert!(
            headers.contains(&id) && headers.contains("\nSubject: Spring\n"),
            "{headers}"
        );
        assert!(headers.ends_with("\nTo: <a@example.com>"));
    }
}

#[test]
fn messages_follow_their_recipients_rows_and_their_weights() {
    let message = "recipients_csv = \"people.csv\"\nheaders = { Subject = \"Dear {name}\" }";
    let messages = received(message, "");
    let ann = |text: &&String| text.contains("\r\nTo: <a@example.com>\r\n");
    for text in messages.values() {
        let own = match ann(&text) {
            true => "X-Team: red\r\nTo: <a@example.com>\r\n",
            false => "Subject: Dear Bob\r\nTo: <b@example.com>\r\n",
        };
        assert!(text.contains(own), "{text}");
        assert_eq!(text.contains("Dear Ann"), ann(&text));
        assert_eq!(text.len(), 1_024);
    }
    // About eight in ten; the seed is fixed.
    let share = messages.values().filter(ann).count();
    assert!((40..=56).contains(&share), "{share}");
}

#[test]
fn a_message_is_the_same_in_a_shard_and_on_another_session() {
    let message = "size = { least = 900, most = 30000 }\nattachments = [500]\n\
                   [[message.mix]]\nweight = 2\n[[message.mix]]\nweight = 1\nsize = 5000";
    let whole = received(message, "");
    let shard = received(message, "--shard 2/3 --sessions 3");
    assert_eq!((whole.len(), shard.len()), (60, 20));
    let body = |text: &str| text.split_once("\r\n\r\n").unwrap().1.to_owned();
    for (index, text) in &shard {
        assert_eq!(body(text), body(&whole[index]), "message {index}");
    }
    let sizes: std::collections::BTreeSet<usize> = whole.values().map(String::len).collect();
    assert!(sizes.len() > 20, "{sizes:?}");
}

#[test]
fn check_describes_what_will_be_sent() {
    let program = with_files(Sesbench::new("check"));
    let path = program.file(
        "scenario.toml",
        &scenario("recipients_csv = \"people.csv\"\nsize = \"1 KiB\"\nattachments = [\"1 MiB\"]"),
    );
    let done = program.arg(path).done().with(0);
    let line = "1 KiB and an attachment: 1436194 bytes in all, from sender@example.com \
                to 2 addresses of people.csv by weight, 1 recipient each";
    assert!(done.stdout.contains(line), "{}", done.stdout);
}
