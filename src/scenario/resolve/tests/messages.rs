//! `[message]`: valid forms, and the exact errors of invalid ones.

use super::*;

/// The minimal scenario with that `[message]`.
fn sending(message: &str) -> String {
    with("", "", "", message)
}

/// Writes a file; returns its path.
fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The messages of the plan, as in run.json.
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
fn a_flag_replaces_a_size_and_what_it_contradicts() {
    let folder = tempfile::tempdir().unwrap();
    let (eml, csv) = (
        file(&folder, "a.eml", EML),
        file(&folder, "a.csv", "email\na@b\n"),
    );
    let sizes = "size = { median = '2 KiB', p99 = '9 KiB', most = '20 KiB' }";
    let set = |message: &str, assignment: &str| {
        let plan = read_in(&sending(message), &[assignment], &|_| None).unwrap();
        serde_json::to_value(plan.message).unwrap()
    };
    let uniform = set(sizes, "message.size={least = '1 KiB', most = '3 KiB'}");
    assert_eq!(
        uniform["size"],
        serde_json::json!({ "least": 1_024, "most": 3_072 })
    );
    assert_eq!(set(sizes, "message.size=4 KiB")["size"], 4_096);
    assert_eq!(
        set(sizes, "message.size.most=40 KiB")["size"]["most"],
        40_960
    );
    assert_eq!(
        set(sizes, "message.size.most=40 KiB")["size"]["median"],
        2_048
    );
    let from_file = set(
        "size = '5 KiB'\nattachments = [1]",
        &format!("message.eml={eml}"),
    );
    assert_eq!(from_file["eml"]["bytes"], EML.len());
    let in_eml = format!("eml = '{eml}'");
    assert_eq!(set(&in_eml, "message.size=4 KiB")["size"], 4_096);
    assert_eq!(
        set(&in_eml, "message.size={least=900,most=901}")["size"]["most"],
        901
    );
    let mixed = set(
        "size = '5 KiB'\nattachments = [1]",
        "message.mix=[{weight=1,size='2 KiB'},{weight=1,size='3 KiB'}]",
    );
    assert_eq!(mixed["mix"][1]["size"], 3_072);
    assert_eq!(mixed["mix"][1]["attachments"][0]["size"], 1);
    let unsaid = set(
        "size = '5 KiB'",
        "message.mix=[{weight=1,size='2 KiB'},{weight=1}]",
    );
    assert_eq!(unsaid["mix"][1]["size"], 5_120);
    let mixed = set(&in_eml, "message.mix=[{weight=1,size='2 KiB'}]");
    assert_eq!(mixed["size"], 2_048);
    let recipient_list = set("to = ['c@d']", &format!("message.recipients_csv={csv}"));
    assert_eq!(recipient_list["to"]["rows"], 1);
    let listed = set(&format!("recipients_csv = '{csv}'"), "message.to=['c@d']");
    assert_eq!(listed["to"], serde_json::json!(["c@d"]));
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
        let told = description(&plan(&sending(message)));
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
            format!("33.3%      {eml} (42 bytes)"),
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
            "message.size: cannot be combined with eml, whose message is sent unchanged; remove one of them",
        ),
        (
            format!("eml = '{eml}'\nattachments = ['1 KiB']"),
            "message.attachments: cannot be combined with eml, whose message is sent unchanged; remove one of them",
        ),
        (
            format!("{two}eml = '{eml}'\nsize = '1 KiB'"),
            "message.mix: entry 2: size: cannot be combined with eml, whose message is sent unchanged; remove one of them",
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
            "message.eml: 8bit.eml: line 3: contains 8-bit characters, which not every server accepts (RFC 6152); encode the text as quoted-printable or base64, a header by RFC 2047",
        ),
        (
            format!("{two}size = 10"),
            "message.mix: entry 2: size: 10 bytes is too small: the headers alone need 450 bytes",
        ),
        (
            format!("{two}headers = {{ Date = 'today' }}"),
            "message.mix: entry 2: headers.Date: sesbench writes this header itself",
        ),
        (
            "size = '2 KiB'\n[[message.mix]]\nweight = 1\nsize = '1 KiB'".to_owned(),
            "message.size: every entry of message.mix overrides this; remove it",
        ),
        (
            format!("eml = '{eml}'\n[[message.mix]]\nweight = 1\nsize = '1 KiB'"),
            "message.eml: every entry of message.mix overrides this; remove it",
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
            "message.attachments: the message becomes 1469332216 bytes, which is too large: at most 1 GiB",
        ),
        (
            "attachments = ['9999999 GiB']".to_owned(),
            "message.attachments: the message becomes 14693307701196696 bytes, which is too large: at most 1 GiB",
        ),
        (
            format!("{two}attachments = ['1 GiB']"),
            "message.mix: entry 2: attachments: the message becomes 1469332216 bytes, which is too large: at most 1 GiB",
        ),
        (
            "eml = '/dev/zero'".to_owned(),
            "message.eml: /dev/zero: not a regular file",
        ),
        (
            "recipients_csv = '/dev/zero'".to_owned(),
            "message.recipients_csv: /dev/zero: not a regular file",
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
            "message.mix: empty list: expected weight, and any of name, size, headers, attachments, eml",
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

/// The plan of a run to the recipients of a file with that text.
fn to_people(csv: &str, target: &str, message: &str) -> Result<Plan, String> {
    let folder = tempfile::tempdir().unwrap();
    let csv = file(&folder, "people.csv", csv);
    let text = with(
        target,
        "",
        "",
        &format!("recipients_csv = '{csv}'\n{message}"),
    );
    let place = format!("{}/", folder.path().display());
    read_in(&text, &[], &|_| None).map_err(|error| error.replace(&place, ""))
}

#[test]
fn a_plan_has_the_file_of_its_recipients_and_not_its_addresses() {
    let message = |csv: &str| to_people(csv, "", "").unwrap().message;
    let plain = message("email\na@example.com\nb@example.com\n");
    assert!(plain.to.iter().eq(["a@example.com", "b@example.com"]));
    let json = serde_json::to_value(&plain).unwrap();
    assert_eq!(json["to"]["rows"], 2);
    assert!(json["to"]["file"].as_str().unwrap().ends_with("people.csv"));
    assert!(!json.to_string().contains("a@example.com"));
    let other = serde_json::to_value(message("email\na@example.com\nc@example.com\n")).unwrap();
    assert_ne!(json["to"]["hash"], other["to"]["hash"]);
}

#[test]
fn the_hash_of_a_plan_is_of_its_recipients_too() {
    let hash = |csv: &str| plan_hash(&to_people(csv, "", "").unwrap());
    assert_eq!(hash("email\na@b\n"), hash("email\na@b\n"));
    assert_ne!(hash("email\na@b\n"), hash("email\na@c\n"));
}

#[test]
fn every_address_of_a_file_is_guarded() {
    let mut csv = "email\n".to_owned() + &"success@simulator.amazonses.com\n".repeat(10_000);
    assert!(to_people(&csv, FAR, "").is_ok());
    csv += "you@example.net\n";
    let refused = to_people(&csv, FAR, "").unwrap_err();
    assert!(
        refused.starts_with(
            "x.toml: message.recipients_csv: recipient \"you@example.net\" is not allowed"
        ),
        "{refused}"
    );
}

#[test]
fn recipients_of_a_file_are_told_in_plain_words() {
    let told = |csv: &str, message: &str| {
        let plan = to_people(csv, "", message).unwrap();
        let told = description(&plan);
        (
            told.contains("2 addresses of "),
            told.contains("people.csv by weight"),
            warnings(&plan),
        )
    };
    assert_eq!(
        told("email\na@b\nc@d\n", "recipients = 2"),
        (true, false, Vec::new())
    );
    assert_eq!(
        told("email,weight\na@b,1\nc@d,2\n", "recipients = 2"),
        (
            true,
            true,
            vec![
                "a message may repeat addresses: each of its recipients is drawn by weight"
                    .to_owned()
            ]
        )
    );
}

#[test]
fn messages_that_ses_would_refuse_are_told_of() {
    let told = |message: &str| warnings(&plan(&sending(message)));
    assert_eq!(told("size = '40 MiB'"), Vec::<String>::new());
    assert_eq!(
        told(
            "[[message.mix]]\nweight = 1\n[[message.mix]]\nweight = 1\nsize = { least = '1 KiB', most = '41 MiB' }"
        ),
        ["messages may be as large as 41 MiB, and SES refuses those above 40 MiB"]
    );
    assert_eq!(
        told("attachments = ['30 MiB']"),
        ["messages may be as large as 43048102 bytes, and SES refuses those above 40 MiB"]
    );
}

#[test]
fn what_is_wrong_with_recipients_is_told() {
    let long = "x".repeat(899);
    for (csv, message, line) in [
        (
            "email\na@b\n",
            "to = ['c@d']",
            "message.recipients_csv: set this or message.to, not both",
        ),
        (
            "email\na@b\nc\n",
            "",
            "message.recipients_csv: people.csv: line 3, column `email`: invalid mail address \"c\": expected NAME@DOMAIN",
        ),
        (
            "email,header.Date\na@b,today\n",
            "",
            "message.recipients_csv: people.csv: line 1, column `header.Date`: sesbench writes this header itself",
        ),
        (
            "email,header.X-A\na@b,\"one\ntwo\"\n",
            "",
            "message.recipients_csv: people.csv: line 2, column `header.X-A`: the value contains a line end or another control character",
        ),
        (
            "email,name\na@b,c\n",
            "headers = { Subject = 'Hello {nmae}' }",
            "message.headers.Subject: `{nmae}`: people.csv has no such column; it has `email`, `name`",
        ),
        (
            "email,name\na@b,c\n",
            "headers = { Subject = 'Hello {name' }",
            "message.headers.Subject: single `{`: write `{{` for a literal brace",
        ),
        (
            "email,name\na@b,c\n",
            "headers = { Subject = 'Hello }' }",
            "message.headers.Subject: single `}`: write `}}` for a literal brace",
        ),
        (
            "email,name\na@b,c\nd@e,ff\n",
            &format!("headers = {{ Subject = '{long}{{name}}' }}"),
            "message.headers.Subject: people.csv: line 3: a word of the value is longer than 900 bytes",
        ),
        (
            "email,name\na@b,c\n",
            "[[message.mix]]\nweight = 1\nheaders = { Subject = '{x}' }",
            "message.mix: entry 1: headers.Subject: `{x}`: people.csv has no such column; it has `email`, `name`",
        ),
    ] {
        assert_eq!(
            to_people(csv, "", message).unwrap_err(),
            format!("x.toml: {line}")
        );
    }
    assert_eq!(
        error(&sending("recipients_csv = 'nowhere.csv'")),
        "x.toml: message.recipients_csv: nowhere.csv: No such file or directory (os error 2)"
    );
}

#[test]
fn braces_are_braces_where_there_is_no_file() {
    let message = told("headers = { Subject = 'Hello {name}' }");
    assert_eq!(message["headers"][0][1], "Hello {name}");
}

#[test]
fn a_header_of_addresses_is_refused_what_would_encode_them() {
    let why = "the value contains characters that are not ASCII beside an address";
    for name in ["Reply-To", "sender", "CC", "Resent-From", "resent-to"] {
        let headers = |value: &str| sending(&format!("headers = {{ {name} = '{value}' }}"));
        let told = error(&headers("Ann Müller <ann@example.com>"));
        let place = format!("x.toml: message.headers.{name}: {why}");
        assert!(told.starts_with(&place), "{told}");
        plan(&headers("=?UTF-8?Q?M=C3=BCller?= <ann@example.com>"));
        let cell =
            format!("email,header.{name}\na@b,ann@example.com\nc@d,Müller <ann@example.com>");
        let told = to_people(&cell, "", "").unwrap_err();
        let place = format!("line 3, column `header.{name}`: {why}");
        assert!(told.contains(&place), "{told}");
        let pattern = format!("headers = {{ {name} = '{{name}} <ann@example.com>' }}");
        let told = to_people("email,name\na@b,Ann\nc@d,Zoë\n", "", &pattern).unwrap_err();
        let place = format!("message.headers.{name}: people.csv: line 3: {why}");
        assert!(told.contains(&place), "{told}");
    }
    plan(&sending(
        "headers = { Subject = 'Grüße', X-Reply-To = 'Ann Müller' }",
    ));
}
