//! What is sent: how it is read, and the words for what is not.

use super::*;

/// The least scenario with that `[message]`.
fn sending(message: &str) -> String {
    with("", "", "", message)
}

/// A file of its own, by its path.
fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// What the plan says of its messages, as run.json does.
fn told(message: &str) -> serde_json::Value {
    serde_json::to_value(plan(&sending(message)).message).unwrap()
}

const EML: &str = "From: a@example.com\nSubject: Hello\n\nText.\n";

#[test]
fn an_entry_of_a_mix_has_from_message_what_it_does_not_say() {
    let folder = tempfile::tempdir().unwrap();
    let eml = file(&folder, "a.eml", EML);
    let mix = told(&format!(
        "size = '2 KiB'\nattachments = ['1 KiB']\nheaders = {{ X-A = 'a', X-B = 'b' }}\n\
         [[message.mix]]\nweight = 3\n\
         [[message.mix]]\nname = 'large'\nweight = 1\nsize = '1 MiB'\nheaders = {{ x-b = 'c' }}\n\
         [[message.mix]]\nweight = 1\nattachments = []\n\
         [[message.mix]]\nweight = 1\neml = '{eml}'\n"
    ));
    let mix = mix["mix"].as_array().unwrap();
    let common = serde_json::json!([["X-A", "a"], ["X-B", "b"]]);
    assert_eq!(mix[0]["headers"], common);
    assert_eq!(mix[0]["size"], 2_048);
    assert_eq!(mix[0]["attachments"][0]["size"], 1_024);
    assert_eq!(mix[1]["name"], "large");
    assert_eq!(mix[1]["size"], 1 << 20);
    assert_eq!(
        mix[1]["headers"],
        serde_json::json!([["X-A", "a"], ["x-b", "c"]])
    );
    assert_eq!(mix[1]["attachments"], mix[0]["attachments"]);
    assert_eq!(mix[2]["attachments"], serde_json::Value::Null);
    assert_eq!(mix[3]["eml"]["bytes"], EML.len());
    assert_eq!(mix[3]["size"], serde_json::Value::Null);
}

#[test]
fn a_mix_of_one_kind_is_that_kind() {
    let mixed = plan(&sending(
        "[[message.mix]]\nweight = 7\nname = 'only'\nsize = '3 KiB'",
    ));
    let plain = plan(&sending("size = '3 KiB'"));
    assert_eq!(plan_hash(&mixed), plan_hash(&plain));
}

#[test]
fn a_log_normal_distribution_begins_at_the_smallest_message_there_can_be() {
    let message = told("size = { median = '2 KiB', p99 = '9 KiB', most = '20 KiB' }");
    assert_eq!(message["size"]["least"], 450);
}

#[test]
fn messages_are_told_in_plain_words() {
    let folder = tempfile::tempdir().unwrap();
    let eml = file(&folder, "a.eml", EML);
    let words = |message: &str| {
        let told = describe(&plan(&sending(message)));
        let lines = told
            .lines()
            .skip_while(|line| !line.starts_with("  message"));
        let lines = lines.take_while(|line| !line.starts_with("  passes if"));
        lines.map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    let envelope = "from sender@example.com to success@simulator.amazonses.com, 1 recipient each";
    assert_eq!(
        words("attachments = ['1 MiB']\nsize = { least = '1 KiB', most = '2 KiB' }"),
        [format!(
            "message    1 KiB to 2 KiB and an attachment: 1436194 bytes to 1437218 bytes in all, {envelope}"
        )]
    );
    let mix = format!(
        "[[message.mix]]\nname = 'receipt'\nweight = 2\n[[message.mix]]\nweight = 1\neml = '{eml}'"
    );
    assert_eq!(
        words(&mix),
        [
            format!("message    2 kinds, {envelope}"),
            "66.7%      receipt: 1 KiB".to_owned(),
            format!("33.3%      {eml} (42 bytes there)"),
        ]
    );
}

#[test]
fn the_hash_of_a_plan_is_of_a_files_content_and_not_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let (one, same) = (file(&folder, "1.eml", EML), file(&folder, "2.eml", EML));
    let other = file(&folder, "3.eml", &EML.replace("Text", "Test"));
    let hash = |eml: &str| plan_hash(&plan(&sending(&format!("eml = '{eml}'"))));
    assert_eq!(hash(&one), hash(&same));
    assert_ne!(hash(&one), hash(&other));
    let mixed = |eml: &str| {
        let mix =
            format!("[[message.mix]]\nweight = 1\n[[message.mix]]\nweight = 1\neml = '{eml}'");
        plan_hash(&plan(&sending(&mix)))
    };
    assert_eq!(mixed(&one), mixed(&same));
    assert_ne!(mixed(&one), mixed(&other));
}

#[test]
fn contradictions_of_messages_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let eml = file(&folder, "a.eml", EML);
    let eight_bit = file(&folder, "8bit.eml", "From: a@b\n\nGrüße\n");
    let two = "[[message.mix]]\nweight = 1\n[[message.mix]]\nweight = 1\n";
    for (message, line) in [
        (
            format!("eml = '{eml}'\nsize = '1 KiB'"),
            "message.size: not with eml, whose message is sent as it is; remove one of them",
        ),
        (
            format!("eml = '{eml}'\nattachments = ['1 KiB']"),
            "message.attachments: not with eml, whose message is sent as it is; remove one of them",
        ),
        (
            format!("{two}eml = '{eml}'\nsize = '1 KiB'"),
            "message.mix: entry 2: size: not with eml, whose message is sent as it is; remove one of them",
        ),
        (
            "eml = 'nowhere.eml'".to_owned(),
            "message.eml: nowhere.eml: No such file or directory (os error 2)",
        ),
        (
            format!("{two}eml = 'nowhere.eml'"),
            "message.mix: entry 2: eml: nowhere.eml: No such file or directory (os error 2)",
        ),
        (
            format!("eml = '{eight_bit}'"),
            "message.eml: 8bit.eml: line 3: holds 8-bit characters, which not every server takes (RFC 6152); encode the text as quoted-printable or base64, a header by RFC 2047",
        ),
        (
            format!("{two}size = 10"),
            "message.mix: entry 2: size: 10 bytes is too small: the headers alone need 450 bytes",
        ),
        (
            format!("{two}headers = {{ Date = 'today' }}"),
            "message.mix: entry 2: headers.Date: is made by sesbench itself",
        ),
        (
            "size = '2 KiB'\n[[message.mix]]\nweight = 1\nsize = '1 KiB'".to_owned(),
            "message.size: every entry of message.mix says something else instead; remove it",
        ),
        (
            format!("eml = '{eml}'\n[[message.mix]]\nweight = 1\nsize = '1 KiB'"),
            "message.eml: every entry of message.mix says something else instead; remove it",
        ),
        (
            "size = { least = 300, most = '1 KiB' }".to_owned(),
            "message.size: 300 bytes is too small: the headers alone need 450 bytes",
        ),
        (
            "size = { median = 300, p99 = '1 KiB', most = '2 KiB' }".to_owned(),
            "message.size: 300 bytes is too small: the headers alone need 450 bytes",
        ),
        (
            "size = { least = '1 KiB', most = '2 GiB' }".to_owned(),
            "message.size: 2 GiB is too large: at most 1 GiB",
        ),
        (
            "attachments = ['1 GiB']".to_owned(),
            "message.size: 1469332216 bytes with its attachments is too large: at most 1 GiB",
        ),
        (
            "attachments = ['9999999 GiB']".to_owned(),
            "message.size: 14693307701196696 bytes with its attachments is too large: at most 1 GiB",
        ),
        (
            "attachments = '1 KiB'".to_owned(),
            "message.attachments: found the text \"1 KiB\", expected a list of sizes, or of tables, such as [\"1 MiB\", { size = \"200 KiB\", name = \"report.pdf\", type = \"application/pdf\" }]",
        ),
        (
            "size = true".to_owned(),
            "message.size: found true, expected a size in bytes, or in quotes with its unit, or a table or list of sizes, such as \"40 MiB\"",
        ),
        (
            "mix = []".to_owned(),
            "message.mix: is an empty list: write weight, and any of name, size, headers, attachments, eml",
        ),
        (
            "[message.mix]\nweight = 1".to_owned(),
            "message.mix: found a table, expected a list of tables, such as [{ weight = 7, size = \"4 KiB\" }, { weight = 3, size = \"1 MiB\" }]",
        ),
    ] {
        let place = format!("{}/", folder.path().display());
        assert_eq!(
            error(&sending(&message)).replace(&place, ""),
            format!("x.toml: {line}")
        );
    }
}
