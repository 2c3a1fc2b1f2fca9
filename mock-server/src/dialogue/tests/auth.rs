//! AUTH PLAIN and LOGIN, with all failures.

use super::*;

fn encode(text: &str) -> String {
    STANDARD.encode(text)
}

#[test]
fn plain_with_and_without_initial_response() {
    Client::secure(|_| {}).log_in();
    let mut client = Client::secure(|_| {});
    let login = plain_login(USER, client.account.password().expose());
    assert_eq!(client.say("auth plain"), "334 Ok\r\n");
    assert_eq!(client.say(&login), "235 Authentication successful.\r\n");
    assert_eq!(client.counts().sessions, 1);
}

#[test]
fn login_with_and_without_initial_response() {
    for initial in [true, false] {
        let mut client = Client::secure(|_| {});
        let password = encode(client.account.password().expose());
        if initial {
            let reply = client.say(&format!("AUTH LOGIN {}", encode(USER)));
            assert_eq!(reply, "334 UGFzc3dvcmQ6\r\n");
        } else {
            assert_eq!(client.say("AUTH LOGIN"), "334 VXNlcm5hbWU6\r\n");
            assert_eq!(client.say(&encode(USER)), "334 UGFzc3dvcmQ6\r\n");
        }
        assert_eq!(client.say(&password), "235 Authentication successful.\r\n");
    }
}

#[test]
fn wrong_credentials_leave_the_connection_open() {
    let mut client = Client::secure(|_| {});
    let elsewhere = Credentials::new(USER, SECRET).smtp_password("eu-west-1");
    let right = client.account.password().expose().to_owned();
    for (user, password) in [
        (USER, "wrong"),
        ("AKIANOBODY", right.as_str()),
        // An IAM secret, and the password of another region.
        (USER, SECRET),
        (USER, elsewhere.expose()),
        ("", ""),
    ] {
        let reply = client.say(&format!("AUTH PLAIN {}", plain_login(user, password)));
        assert_eq!(reply, "535 Authentication Credentials Invalid\r\n");
    }
    let reply = client.say(&format!("AUTH PLAIN {}", encode("no separators")));
    assert_eq!(reply, "535 Authentication Credentials Invalid\r\n");
    assert_eq!(client.counts().auth_failed, 6);
    client.log_in();
}

#[test]
fn malformed_exchanges_are_named() {
    let mut client = Client::secure(|_| {});
    for (line, reply) in [
        ("AUTH", "501 Syntax: AUTH mechanism [initial-response]"),
        (
            "AUTH CRAM-MD5",
            "504 The requested authentication mechanism is not supported",
        ),
        (
            "AUTH PLAIN !!!",
            "501 Invalid command argument, not a valid Base64 string",
        ),
        ("AUTH PLAIN =", "535 Authentication Credentials Invalid"),
    ] {
        assert_eq!(client.say(line), format!("{reply}\r\n"), "{line}");
    }
    client.say("AUTH LOGIN");
    assert_eq!(
        client.say("*"),
        "501 Authentication canceled by client.\r\n"
    );
    assert_eq!(client.say("NOOP"), "250 Ok\r\n");
    client.log_in();
    assert_eq!(
        client.say("AUTH PLAIN x"),
        "503 Refusing any other AUTH command.\r\n"
    );
}

#[test]
fn only_a_password_before_tls_is_one_in_plaintext() {
    let seen = |require_tls: bool, lines: &[&str]| {
        let mut client = Client::plain(|s| s.require_tls = require_tls);
        for line in lines {
            client.say(line);
        }
        client.report().logins.plaintext
    };
    let (login, user, password) = (plain_login("u", "p"), encode("u"), encode("p"));
    let plain = format!("AUTH PLAIN {login}");
    let by_name = format!("auth login {user}");
    for require_tls in [true, false] {
        assert_eq!(seen(require_tls, &[&plain]), 1);
        assert_eq!(seen(require_tls, &[&by_name]), 0);
        for none in [
            "AUTH PLAIN =",
            "AUTH PLAIN *",
            "AUTH PLAIN !",
            "AUTH PLAIN AHUA",
        ] {
            assert_eq!(seen(require_tls, &[none]), 0, "{none}");
        }
    }
    assert_eq!(seen(false, &[&by_name, &password]), 1);
    assert_eq!(seen(false, &["AUTH LOGIN", &user, &password]), 1);
    assert_eq!(seen(false, &["AUTH PLAIN", &login]), 1);
    assert_eq!(seen(false, &["AUTH LOGIN", &user, "*"]), 0);
    let mut client = Client::secure(|_| {});
    client.say(&plain);
    let report = client.report();
    assert_eq!(report.logins.plaintext, 0);
}
