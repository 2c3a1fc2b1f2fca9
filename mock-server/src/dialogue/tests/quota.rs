//! The account's quotas over complete sessions, in simulated time.

use super::*;
use crate::account::User;

fn attempts(per_second: f64, seconds: f64) -> (u64, u64) {
    let mut client = Client::ready(|s| s.rate = Some(14.0));
    let (attempts, start) = ((per_second * seconds) as u64, client.now);
    for n in 0..attempts {
        client.now = start + Duration::from_secs_f64(n as f64 / per_second);
        client.deliver("a@b.c", &["x@b.c"]);
    }
    (attempts, client.counts().throttled)
}

#[test]
fn a_little_below_the_rate_a_minute_passes_without_a_454() {
    assert_eq!(attempts(13.5, 60.0), (810, 0));
}

#[test]
fn at_twice_the_rate_half_of_all_attempts_get_a_454() {
    let (attempts, throttled) = attempts(28.0, 60.0);
    let share = throttled as f64 / attempts as f64;
    assert!((0.48..=0.52).contains(&share), "{share}");
}

/// Logs in as a user of `account`, sends one message, and returns the reply.
fn deliver_as(account: &Arc<Account>, settings: &Settings, user: &User) -> String {
    let mut client = Client::on(settings, account, true);
    client.listen();
    let password = user.password(&settings.region);
    let login = plain_login(user.username(), password.expose());
    let reply = client.say(&format!("AUTH PLAIN {login}"));
    assert_eq!(reply, "235 Authentication successful.\r\n");
    client.deliver("a@b.c", &["x@b.c"])
}

fn alice_and_bob() -> [User; 2] {
    ["ALICE", "BOB"].map(|name| User::new(name, Credentials::new(format!("AKIA{name}"), SECRET)))
}

fn one_a_second(region: &str) -> Settings {
    Settings {
        rate: Some(1.0),
        region: region.to_owned(),
        ..Settings::default()
    }
}

#[test]
fn two_users_of_one_account_share_its_rate() {
    let settings = one_a_second("us-east-1");
    let users = alice_and_bob();
    let account = Arc::new(Account::with_users(&settings, users.to_vec()).unwrap());
    let replies = users.map(|user| deliver_as(&account, &settings, &user));
    assert!(replies[0].starts_with("250 Ok "), "{replies:?}");
    assert!(replies[1].starts_with("454 "), "{replies:?}");
}

#[test]
fn two_regions_of_one_account_do_not() {
    let [alice, _] = alice_and_bob();
    for region in ["us-east-1", "eu-west-1"] {
        let settings = one_a_second(region);
        let account = Arc::new(Account::with_users(&settings, vec![alice.clone()]).unwrap());
        let reply = deliver_as(&account, &settings, &alice);
        assert!(reply.starts_with("250 Ok "), "{region}: {reply}");
    }
}

#[test]
fn fifteen_recipients_get_through_at_fourteen_a_second() {
    let mut client = Client::ready(|_| {});
    let fifteen = ["x@b.c"; 15];
    assert!(client.deliver("a@b.c", &fifteen).starts_with("250 Ok "));
    assert!(client.deliver("a@b.c", &["x@b.c"]).starts_with("454 "));
    // One token below zero: one is available after two more.
    client.pass(Duration::from_micros(142_858));
    assert!(client.deliver("a@b.c", &["x@b.c"]).starts_with("250 Ok "));
}
