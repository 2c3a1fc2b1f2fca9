//! The messages of a run as the server stores them.

use std::num::NonZeroU32;

use proptest::prelude::*;

use super::*;
use crate::message::sizes::SizeDraw;
use crate::message::stuffing::tests::unstuff;
use crate::message::weighted::tests::chi_square;
use crate::message::{
    Attachment, Content, Eml, EmlHeader, Form, Mix, Pattern, RecipientSource, SizeShare, Sizes,
    Variant, least_size,
};
use crate::scenario::{Override, Source, read};

pub(in crate::message) fn message(to: &[&str], recipients: u32, size: u64) -> Message {
    Message {
        from: "sender@example.com".to_owned(),
        to: RecipientSource::listed(to.iter().copied()),
        recipients: NonZeroU32::new(recipients).unwrap(),
        mix: Mix::one(made(Sizes::Fixed(size), &[])),
    }
}

fn made(size: Sizes, attachments: &[u64]) -> Content {
    let attachments = attachments.iter().map(|size| Attachment {
        size: *size,
        name: "report.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
    });
    Content {
        headers: Vec::new(),
        form: Form::Made {
            size,
            attachments: attachments.collect(),
        },
    }
}

/// Messages to the recipients of a file, as in a plan; `more` are further lines of
/// `[message]`.
pub(in crate::message) fn recipient_list(csv: &str, recipients: u32, more: &str) -> Message {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.csv");
    std::fs::write(&file, csv).unwrap();
    let scenario = folder.path().join("scenario.toml");
    let load = "[load]\nrate = '1/s'\nmessages = 1\n";
    let message = format!(
        "recipients = {recipients}\nrecipients_csv = '{}'",
        file.display()
    );
    std::fs::write(&scenario, format!("{load}[message]\n{message}\n{more}\n")).unwrap();
    let overrides: [Override; 0] = [];
    read(&Source::File(scenario), &overrides, &|_| None)
        .unwrap()
        .message
}

fn content(message: &Message) -> &Content {
    &message.mix.variants()[0].content
}

/// Sat, 21 Nov 2026 21:21:21 +0000
const DATE: i64 = 1_795_296_081;

fn identity() -> Identity {
    Identity {
        run_id: "20261121T212121Z-1a2b".to_owned(),
    }
}

fn template(message: &Message) -> MessageTemplates {
    MessageTemplates::new(message, 1, &identity()).unwrap()
}

/// Message `index` as the server stores it.
fn received(template: &MessageTemplates, index: u64) -> Vec<u8> {
    let mut sent = Vec::new();
    let (tail, part) = template.write(index, DATE, &mut sent);
    sent.extend_from_slice(&tail[part]);
    let data = sent.strip_suffix(b".\r\n").unwrap();
    assert!(data.ends_with(b"\r\n"));
    unstuff(data)
}

fn text(template: &MessageTemplates, index: u64) -> String {
    String::from_utf8(received(template, index)).unwrap()
}

#[test]
fn a_message_reads_like_this() {
    let mut message = message(&["a@example.com", "b@example.org"], 2, 600);
    let mut content = content(&message).clone();
    content.headers = vec![("X-SES-CONFIGURATION-SET".to_owned(), Pattern::fixed("load"))];
    message.mix = Mix::one(content);
    let text = text(&template(&message), 42);
    let (headers, body) = text.split_once("\r\n\r\n").unwrap();
    assert_eq!(
        headers.replace("\r\n", "\n"),
        "From: <sender@example.com>\n\
         Date: Sat, 21 Nov 2026 21:21:21 +0000\n\
         Message-ID: <0000000000000042.20261121T212121Z-1a2b.sesbench@example.com>\n\
         X-Sesbench-Run: 0000000000000042.20261121T212121Z-1a2b\n\
         Subject: A message by sesbench\n\
         X-SES-CONFIGURATION-SET: load\n\
         MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=\"utf-8\"\n\
         Content-Transfer-Encoding: 7bit\n\
         To: <a@example.com>,\n <b@example.org>"
    );
    assert!(body.ends_with("\r\n"));
}

/// RFC 5322 section 3.6.1: the time at which the message was complete.
#[test]
fn a_message_has_the_date_it_is_written_with_and_is_as_long_with_any() {
    let folder = tempfile::tempdir().unwrap();
    let eml = folder.path().join("a.eml");
    std::fs::write(&eml, "From: a@x\nDate: long ago\n\nDate: of the text\n").unwrap();
    let file = recipient_list("email\na@x\n", 1, &format!("eml = '{}'", eml.display()));
    for message in [message(&["a@b"], 1, 600), file] {
        let template = template(&message);
        let written = |date| {
            let mut sent = Vec::new();
            let (tail, part) = template.write(3, date, &mut sent);
            sent.extend_from_slice(&tail[part]);
            String::from_utf8(sent).unwrap()
        };
        let first = written(DATE);
        for (date, expected) in [
            (DATE, "\r\nDate: Sat, 21 Nov 2026 21:21:21 +0000\r\n"),
            (DATE + 1, "\r\nDate: Sat, 21 Nov 2026 21:21:22 +0000\r\n"),
            (
                DATE + 10 * 86_400,
                "\r\nDate: Tue, 01 Dec 2026 21:21:21 +0000\r\n",
            ),
        ] {
            let text = format!("\r\n{}", written(date));
            assert!(text.contains(expected), "{text}");
            assert_eq!(
                text.matches("\r\nDate: ").count(),
                first.matches("Date: ").count()
            );
            assert_eq!(text.len(), first.len() + 2);
        }
    }
}

#[test]
fn no_message_is_below_the_smallest() {
    let folder = tempfile::tempdir().unwrap();
    let eml = folder.path().join("a.eml");
    std::fs::write(&eml, "From: a@x\n\n.Text.\n..\n").unwrap();
    let file = recipient_list(
        "email\na@x\nlonger@x\n",
        1,
        &format!("eml = '{}'", eml.display()),
    );
    let mut attached = message(&["a@b"], 1, 0);
    attached.mix = Mix::one(made(
        Sizes::Uniform {
            least: 1_000,
            most: 1_010,
        },
        &[100],
    ));
    for message in [message(&["a@b"], 1, 600), file, attached] {
        let template = template(&message);
        let sizes = (0..500).map(|index| received(&template, index).len() as u64);
        assert_eq!(sizes.min().unwrap(), template.smallest());
    }
}

#[test]
fn a_message_with_attachments_is_multipart() {
    let mut message = message(&["a@example.com"], 1, 0);
    message.mix = Mix::one(made(Sizes::Fixed(1_024), &[100, 57]));
    let text = text(&template(&message), 0);
    let (headers, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(headers.ends_with(
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_sesbench\"\r\n\
         Content-Transfer-Encoding: 7bit\r\nTo: <a@example.com>"
    ));
    assert!(body.starts_with(
        "--=_sesbench\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n\
         Content-Transfer-Encoding: 7bit\r\n\r\n"
    ));
    assert_eq!(body.matches("--=_sesbench\r\n").count(), 3);
    assert!(body.ends_with("\r\n--=_sesbench--\r\n"));
}

#[test]
fn a_message_from_a_file_is_as_it_is_there_but_for_what_no_other_may_have() {
    let header = |text: &str| EmlHeader {
        name: text.split(':').next().unwrap().to_owned(),
        text: format!("{text}\r\n"),
    };
    let eml = Eml {
        file: "a.eml".to_owned(),
        bytes: 0,
        hash: String::new(),
        headers: vec![
            header("From: News <news@example.com>"),
            header("Subject: Old"),
        ],
        body: Arc::from(*b".dots\r\n..and more\r\n.\r\n"),
    };
    let mut message = message(&["a@example.com"], 1, 0);
    message.mix = Mix::one(Content {
        headers: vec![("SUBJECT".to_owned(), Pattern::fixed("New"))],
        form: Form::Eml { eml },
    });
    let text = text(&template(&message), 3);
    assert_eq!(
        text.replace("\r\n", "\n"),
        "Date: Sat, 21 Nov 2026 21:21:21 +0000\n\
         Message-ID: <0000000000000003.20261121T212121Z-1a2b.sesbench@example.com>\n\
         X-Sesbench-Run: 0000000000000003.20261121T212121Z-1a2b\n\
         From: News <news@example.com>\n\
         SUBJECT: New\n\
         To: <a@example.com>\n\n\
         .dots\n..and more\n.\n"
    );
}

#[test]
fn a_message_has_what_its_recipients_row_says() {
    let csv = "name,email,header.Subject,header.X-Team\n\
               Ann,a@x,For Ann,red\nJosé,j@x,,\nBob,b@x,,blue\n";
    let more = "headers = { X-Team = 'none of {name}', X-Hello = 'Hello {name}, {{you}}', X-Same = 's' }\n\
                size = '1 KiB'";
    let message = recipient_list(csv, 1, more);
    let template = template(&message);
    let headers = |index| {
        let text = text(&template, index);
        assert_eq!(text.len(), 1_024);
        let headers = text.split_once("\r\n\r\n").unwrap().0;
        let all = headers.split("\r\n").filter(|line| {
            line.starts_with("X-") || line.starts_with("Sub") || line.starts_with("To")
        });
        let own = all.filter(|line| !line.starts_with("X-Sesbench-Run"));
        own.map(str::to_owned).collect::<Vec<_>>()
    };
    let expected = |hello: &str, subject: &str, team: &str, to: &str| {
        [
            "X-Same: s".to_owned(),
            format!("X-Hello: {hello}"),
            format!("Subject: {subject}"),
            format!("X-Team: {team}"),
            format!("To: <{to}>"),
        ]
    };
    assert_eq!(
        headers(0),
        expected("Hello Ann, {you}", "For Ann", "red", "a@x")
    );
    let encoded = "=?utf-8?Q?Hello_Jos=C3=A9,_{you}?=";
    let team = "=?utf-8?Q?none_of_Jos=C3=A9?=";
    assert_eq!(
        headers(1),
        expected(encoded, "A message by sesbench", team, "j@x")
    );
    assert_eq!(
        headers(2),
        expected("Hello Bob, {you}", "A message by sesbench", "blue", "b@x")
    );
    assert_eq!(headers(3), headers(0));
}

#[test]
fn an_empty_cell_leaves_the_header_of_the_file_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let eml = folder.path().join("a.eml");
    std::fs::write(&eml, "From: a@x\nSubject: As in\n the file\n\nText.\n").unwrap();
    let csv = "email,header.subject\na@x,Own\nb@x,\n";
    let template = template(&recipient_list(
        csv,
        1,
        &format!("eml = '{}'", eml.display()),
    ));
    assert!(text(&template, 0).contains("\r\nsubject: Own\r\n"));
    assert!(!text(&template, 0).contains("As in"));
    assert!(text(&template, 1).contains("\r\nSubject: As in\r\n the file\r\n"));
}

#[test]
fn headers_of_one_name_in_a_file_stay_or_go_together() {
    let folder = tempfile::tempdir().unwrap();
    let eml = folder.path().join("a.eml");
    let text_of = "From: a@x\nComments: one\nX-A: a\ncomments: two\n three\n\nText.\n";
    std::fs::write(&eml, text_of).unwrap();
    let csv = "email,header.COMMENTS\na@x,Own\nb@x,\n";
    let template = template(&recipient_list(
        csv,
        1,
        &format!("eml = '{}'", eml.display()),
    ));
    let replaced = text(&template, 0);
    assert!(replaced.contains("\r\nCOMMENTS: Own\r\n"), "{replaced}");
    assert_eq!(
        replaced.to_ascii_lowercase().matches("comments:").count(),
        1
    );
    let kept = text(&template, 1);
    let both = "\r\nComments: one\r\ncomments: two\r\n three\r\n";
    assert!(kept.contains(both), "{kept}");
}

#[test]
fn a_name_that_is_encoded_already_is_sent_as_it_is() {
    let value = "=?UTF-8?Q?Jos=C3=A9?= <jose@example.com>";
    let more = format!("headers = {{ Reply-To = '{value}' }}");
    let template = template(&recipient_list("email\na@x\n", 1, &more));
    let text = text(&template, 0);
    assert!(
        text.contains(&format!("\r\nReply-To: {value}\r\n")),
        "{text}"
    );
}

#[test]
fn the_same_seed_and_identity_give_the_same_bytes() {
    let mut message = message(&["a@b"], 1, 0);
    message.mix = Mix::one(made(
        Sizes::Uniform {
            least: 10_000,
            most: 100_000,
        },
        &[5_000],
    ));
    let template = |seed| MessageTemplates::new(&message, seed, &identity()).unwrap();
    assert_eq!(received(&template(1), 5), received(&template(1), 5));
    assert_ne!(received(&template(1), 5), received(&template(2), 5));
}

#[test]
fn a_large_message_is_a_small_head_and_a_shared_tail() {
    let template = template(&message(&["a@b"], 1, 40 << 20));
    let mut head = Vec::new();
    let (tail, _) = template.write(7, DATE, &mut head);
    assert!(head.len() < 1_024);
    assert_eq!(received(&template, 7).len(), 41_943_040);
    assert!(Arc::ptr_eq(
        tail,
        template.clone().write(8, DATE, &mut head).0
    ));
}

#[test]
fn messages_of_many_sizes_share_the_text_of_the_largest() {
    let mut message = message(&["a@b"], 1, 0);
    let sizes = Sizes::Uniform {
        least: 20_000,
        most: 1 << 20,
    };
    message.mix = Mix::one(made(sizes, &[]));
    let template = template(&message);
    let tail = template.write(0, DATE, &mut Vec::new()).0;
    assert!(tail.len() < (1 << 20) + (1 << 20) / 1_000);
    for index in 0..1_000 {
        let mut head = Vec::new();
        let (other, part) = template.write(index, DATE, &mut head);
        assert!(Arc::ptr_eq(tail, other) && part.end == tail.len());
        assert!(head.len() < 1_024);
    }
}

#[test]
fn writing_a_message_allocates_nothing_once_the_buffer_has_grown() {
    let mut message = message(&["a@example.com", "longer@example.com"], 3, 0);
    let sizes = Sizes::Uniform {
        least: 4_096,
        most: 8_192,
    };
    message.mix = Mix::one(made(sizes, &[]));
    let template = template(&message);
    let mut head = Vec::with_capacity(2 * 8_192);
    let place = head.as_ptr();
    for index in 0..100 {
        head.clear();
        template.write(index, DATE, &mut head);
        assert_eq!(head.as_ptr(), place);
    }
}

#[test]
fn a_message_of_up_to_16_kib_is_one_piece() {
    let template = template(&message(&["a@b"], 1, 16_384));
    assert_eq!(template.write(7, DATE, &mut Vec::new()).1, 0..0);
    assert_eq!(received(&template, 7).len(), 16_384);
}

#[test]
fn the_least_size_is_enough_and_less_is_refused() {
    let mut message = message(&["a@b", "long.address@example.com"], 1, 100);
    let error = MessageTemplates::new(&message, 1, &identity()).unwrap_err();
    let words = error.to_string();
    assert!(words.starts_with("a message of 100 bytes is too small"));
    let least = least_size(&message, content(&message));
    message.mix = Mix::one(made(Sizes::Fixed(least), &[]));
    assert!(MessageTemplates::new(&message, 1, &identity()).is_ok());
}

#[test]
fn the_kinds_of_a_mix_come_by_weight_and_the_same_for_the_same_index() {
    let kinds = [(700, 70.0), (800, 25.0), (900, 5.0)];
    let variants = kinds.map(|(size, weight)| Variant {
        name: None,
        weight,
        content: made(Sizes::Fixed(size), &[]),
    });
    let mut message = message(&["a@b"], 1, 0);
    message.mix = Mix::several(variants.to_vec()).unwrap();
    let (template, again) = (template(&message), template(&message));
    let mut counts = [0; 3];
    for index in 0..5_000 {
        let size = received(&template, index).len();
        assert_eq!(received(&again, index).len(), size);
        let kind = kinds.iter().position(|(each, _)| *each == size as u64);
        counts[kind.unwrap()] += 1;
    }
    // One sample in 100,000 is above this, with 2 degrees of freedom.
    let weights = kinds.map(|(_, weight)| weight);
    assert!(chi_square(&counts, &weights) < 23.0, "{counts:?}");
}

prop_compose! {
    fn any_message()(
        to in prop::collection::vec("[a-z]{1,20}@[a-z]{1,20}", 1..5),
        recipients in 1u32..8,
        headers in prop::collection::vec(("X-[A-Za-z]{1,20}", "[ -~]{0,300}"), 0..4),
        (above, more) in (0u64..100_000, 0u64..100_000),
        shape in 0..4,
        attachments in prop::collection::vec(1u64..50_000, 0..3),
    ) -> Message {
        let to: Vec<&str> = to.iter().map(String::as_str).collect();
        let mut message = message(&to, recipients, 0);
        let mut content = made(Sizes::Fixed(0), &attachments);
        let headers = headers.iter().map(|(name, value)| (name.clone(), Pattern::fixed(value)));
        content.headers = headers.collect();
        let least = least_size(&message, &content) + above;
        let most = least + more;
        let share = |size| SizeShare { size, weight: 1.0 };
        if let Form::Made { size, .. } = &mut content.form {
            *size = match shape {
                0 => Sizes::Fixed(least),
                1 => Sizes::Uniform { least, most },
                2 => Sizes::Listed(vec![share(least), share(most)]),
                _ => Sizes::LogNormal { median: least + 1, p99: most + 2, least, most: most + 2 },
            };
        }
        message.mix = Mix::one(content);
        message
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_message_is_of_the_size_asked_for(
        message in any_message(), seed: u64, first in 0u64..10_000_000_000
    ) {
        let template = MessageTemplates::new(&message, seed, &identity()).unwrap();
        let Form::Made { size, attachments } = &content(&message).form else { panic!() };
        let sizes = SizeDraw::new(size, seed);
        let added = crate::message::added_size(attachments);
        for index in first..first + 4 {
            let text = received(&template, index);
            prop_assert_eq!(text.len() as u64, sizes.of(index) + added);
            let text = String::from_utf8(text).unwrap();
            prop_assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
            prop_assert_eq!(text.matches('\r').count(), text.matches("\r\n").count());
            prop_assert!(text.split("\r\n").all(|line| line.len() <= 998));
        }
    }

    #[test]
    fn message_ids_differ(message in any_message(), a in 0u64..1 << 40, b in 0u64..1 << 40) {
        prop_assume!(a != b);
        let template = template(&message);
        let id = |index| {
            let text = text(&template, index);
            let ids: Vec<_> = text.lines().filter(|line| line.starts_with("Message-ID: <")).collect();
            assert_eq!(ids.len(), 1);
            ids[0].to_owned()
        };
        prop_assert_ne!(id(a), id(b));
    }
}

/// FNV-1a of whole messages: scenario, seed and identity determine every byte.
#[test]
fn messages_of_a_seed_stay_the_same_to_the_byte() {
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/newsletter.toml");
    let overrides: [Override; 0] = [];
    let plan = read(&Source::File(scenario.into()), &overrides, &|_| None).unwrap();
    let template = MessageTemplates::new(&plan.message, 42, &identity()).unwrap();
    let hash = |bytes: Vec<u8>| {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
    };
    let received = |index| received(&template, index);
    let made: Vec<(usize, u64)> = (0..20)
        .map(|index| (received(index).len(), hash(received(index))))
        .collect();
    #[rustfmt::skip]
    let expected = [
        (57_471, 11_009_185_219_496_238_669), (3_929, 1_327_724_158_043_466_771),
        (7_280, 2_547_113_553_656_264_613), (3_379, 758_326_861_359_934_269),
        (1_439_251, 2_999_130_535_523_385_104), (2_579, 3_585_979_988_983_130_300),
        (45_345, 18_212_311_334_291_601_961), (5_689, 16_853_731_874_090_078_310),
        (3_422, 16_037_765_622_460_619_890), (128_263, 13_455_793_916_687_603_231),
        (4_758, 9_773_721_061_823_013_017), (3_622, 10_308_838_036_827_424_924),
        (5_200, 10_784_586_298_997_041_958), (3_374, 11_423_718_861_618_413_132),
        (2_734, 14_923_429_315_020_837_139), (6_415, 1_431_135_311_600_177_192),
        (2_665, 9_303_768_378_439_521_834), (2_090, 14_406_373_669_853_294_070),
        (32_409, 6_390_729_994_408_899_101), (4_488, 2_523_185_822_290_837_789),
    ];
    assert_eq!(made, expected);
}
