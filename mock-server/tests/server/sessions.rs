//! Complete sessions on all ports, in both TLS modes.

use std::fs;
use std::thread;

use sesbench_mock::facts::{Mode, PORTS};
use sesbench_mock::settings::CertificateKey;
use sesbench_mock::{Credentials, Server, Settings, TlsVersion};

use crate::client::{Client, handshake};
use crate::server;

#[test]
fn every_port_takes_a_message() {
    let server = server(|_| {});
    for port in PORTS {
        let mut client = Client::connect(&server, port.number);
        if port.mode == Mode::StartTls {
            assert!(client.reply().starts_with("220 "));
            assert!(client.say("EHLO c").contains("250-STARTTLS\r\n"));
            assert!(client.say("STARTTLS").starts_with("220 "));
            client = client.secure(&server);
        } else {
            client = client.secure(&server);
            assert!(client.reply().starts_with("220 "));
        }
        assert!(client.say("EHLO c").ends_with("250 Ok\r\n"));
        client.log_in(&server);
        assert!(client.deliver().starts_with("250 Ok 0100"));
        assert_eq!(client.say("QUIT"), "221 Bye\r\n");
        assert_eq!(client.rest(), "");
    }
    let counts = server.stop();
    assert_eq!((counts.connections, counts.secured), (5, 5));
    assert_eq!((counts.sessions, counts.accepted), (5, 5));
}

#[test]
fn bad_credentials_are_refused_and_good_ones_taken_after() {
    let server = server(|_| {});
    let mut client = Client::upgraded(&server);
    assert_eq!(
        client.say("AUTH PLAIN AGEAYg=="),
        "535 Authentication Credentials Invalid\r\n"
    );
    client.log_in(&server);
    assert_eq!(server.counts().auth_failed, 1);
}

#[test]
fn credentials_can_be_given() {
    let credentials = Credentials::new("AKIAEXAMPLE", "some+secret+key");
    let settings = Settings {
        ephemeral: true,
        region: "us-west-1".to_owned(),
        ..Settings::default()
    };
    let server = Server::start_with(settings, vec![credentials.into()]).unwrap();
    assert_eq!(server.username(), "AKIAEXAMPLE");
    assert_eq!(
        server.password(),
        "BH+jbMzper5WwlwUar9E1ySBqHa9whi0GPo+sJ0mVYJj"
    );
}

#[test]
fn the_rate_is_one_for_all_sessions() {
    let server = server(|s| {
        // A token in a thousand seconds: only those at the start are available.
        s.rate = Some(0.001);
        s.burst = Some(7.0);
    });
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut client = Client::ready(&server);
                for _ in 0..5 {
                    client.deliver();
                }
            });
        }
    });
    let counts = server.stop();
    assert_eq!((counts.accepted, counts.throttled), (7, 13));
}

#[test]
fn two_hundred_sessions_at_once() {
    let server = server(|s| s.profile = sesbench_mock::facts::Profile::Unlimited);
    let mut clients: Vec<Client> = (0..200).map(|_| Client::ready(&server)).collect();
    for client in &mut clients {
        assert!(client.deliver().starts_with("250 "));
    }
    assert_eq!(server.counts().accepted, 200);
}

#[test]
fn certificates_and_versions_are_settings() {
    let server_with_rsa = server(|s| {
        s.certificate = CertificateKey::Rsa2048;
        s.tls_versions = vec![TlsVersion::Tls12];
        s.resumption = false;
    });
    let mut client = Client::wrapped(&server_with_rsa);
    client.log_in(&server_with_rsa);
    assert_eq!(handshake(client).unwrap(), "Some(TLSv1_2)");
    let server = server(|_| {});
    let mut client = Client::wrapped(&server);
    client.log_in(&server);
    assert_eq!(handshake(client).unwrap(), "Some(TLSv1_3)");
}

#[test]
fn a_ca_of_another_server_is_not_trusted() {
    let (one, two) = (server(|_| {}), server(|_| {}));
    assert!(handshake(Client::connect(&one, 465).secure(&two)).is_err());
}

#[test]
fn the_ca_file_goes_with_the_server_unless_it_was_named() {
    let server_alone = server(|_| {});
    let file = server_alone.ca_file().to_owned();
    assert_eq!(fs::read_to_string(&file).unwrap(), server_alone.ca_pem());
    drop(server_alone);
    assert!(!file.exists());

    let folder = tempfile::tempdir().unwrap();
    let named = folder.path().join("ca.pem");
    drop(server(|s| s.ca_file = Some(named.clone())));
    assert!(named.exists());
}

#[test]
fn ports_are_free_again_and_never_shared() {
    let first = server(|_| {});
    let offset = first.port(25) - 25;
    let settings = Settings {
        port_offset: offset,
        ..Settings::default()
    };
    // A second mock must not join the first one on its port.
    let error = Server::start(settings).unwrap_err().to_string();
    assert!(
        error.contains(&format!("port {}", first.port(25))),
        "{error}"
    );
}

#[test]
fn the_certificate_is_for_the_names_that_the_settings_add() {
    let server = server(|s| {
        s.host_names = vec!["ses".to_owned(), "10.0.0.7".to_owned()];
        s.bind = "127.0.0.2".parse().unwrap();
    });
    for name in ["ses", "10.0.0.7", "127.0.0.2", "localhost"] {
        let client = Client::connect(&server, 465).secure_to(name, &server);
        assert!(handshake(client).is_ok(), "{name}");
    }
    let client = Client::connect(&server, 465).secure_to("mail.example", &server);
    assert!(handshake(client).is_err());
}
