//! The control endpoint, over real sockets.

use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

use sesbench_mock::Server;

use crate::client::Client;
use crate::http::Http;

fn server() -> (Server, Http) {
    let builder = Server::builder().idle_timeout(Duration::from_secs(300));
    let server = builder.control().start().unwrap();
    let http = Http(server.control().unwrap());
    (server, http)
}

#[test]
fn it_is_off_unless_asked_for_and_gone_with_the_server() {
    assert_eq!(crate::server(|_| {}).control(), None);
    let (server, http) = server();
    assert!(http.0.ip().is_loopback());
    assert_eq!(http.get("/state").status, 200);
    drop(server);
    assert!(TcpStream::connect(http.0).is_err());
}

#[test]
fn a_quota_changed_while_it_runs_holds_for_the_next_dot() {
    let (server, http) = server();
    let mut client = Client::ready(&server);
    assert!(client.deliver().starts_with("250 "));
    let changed = http.ask("PATCH", "/quota", "", r#"{"daily": 1}"#);
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(changed.json()["daily"], 1);
    assert_eq!(changed.json()["rate"], 14.0, "what is not named stays");
    assert!(client.deliver().contains("Daily message quota exceeded"));
    http.ask(
        "PATCH",
        "/quota",
        "",
        r#"{"daily": null, "rate": 0.001, "burst": 1}"#,
    );
    assert!(client.deliver().starts_with("250 "));
    assert!(client.deliver().contains("Maximum sending rate exceeded"));
    http.ask("PATCH", "/quota", "", r#"{"rate": null}"#);
    assert!(client.deliver().starts_with("250 "));
    assert_eq!(http.get("/quota").json()["rate"], serde_json::Value::Null);
    assert_eq!(server.counts().accepted, 3);
}

#[test]
fn a_pause_holds_for_the_next_dot_until_it_ends() {
    let (server, http) = server();
    let mut client = Client::ready(&server);
    http.ask("PATCH", "/account", "", r#"{"paused": true}"#);
    assert!(client.deliver().contains("Sending suspended"));
    assert_eq!(http.get("/state").json()["paused"], true);
    http.ask("PATCH", "/account", "", r#"{"paused": false}"#);
    assert!(client.deliver().starts_with("250 "));
}

#[test]
fn state_metrics_and_report_tell_the_same() {
    let (server, http) = server();
    let mut client = Client::ready(&server);
    client.deliver();
    client.deliver();
    let state = http.get("/state").json();
    assert_eq!(state["sessions_open"], 1);
    assert_eq!(state["counts"]["accepted"], 2);
    assert_eq!(state["counts"]["replies"]["250 Ok <message id>"], 2);
    assert_eq!(state["quota"]["daily"], 50_000);
    assert_eq!(state["used"]["day_sent"], 2);
    assert_eq!(state["messages_kept"], 2);
    let metrics = http.get("/metrics");
    assert!(
        metrics
            .head
            .contains("content-type: text/plain; version=0.0.4")
    );
    for line in [
        "sesbench_mock_messages_total{outcome=\"accepted\"} 2\n",
        "sesbench_mock_daily_sent 2\n",
        "sesbench_mock_replies_total{code=\"250\",text=\"Ok <message id>\"} 2\n",
        "# TYPE sesbench_mock_sessions_open gauge\nsesbench_mock_sessions_open 1\n",
    ] {
        assert!(metrics.text().contains(line), "{line}\n{}", metrics.text());
    }
    assert_eq!(http.get("/report").json()["messages"]["accepted"], 2);
    let text = http.ask("GET", "/report", "Accept: text/plain\r\n", "");
    assert!(
        text.text()
            .contains("2 attempts (2 recipients): 2 accepted")
    );
}

#[test]
fn a_reset_begins_anew_for_sessions_that_are_open_too() {
    let (server, http) = server();
    let mut client = Client::ready(&server);
    client.deliver();
    let heard = http.ask("POST", "/reset", "", "");
    assert_eq!((heard.status, heard.body.len()), (204, 0));
    let state = http.get("/state").json();
    assert_eq!(state["counts"]["accepted"], 0);
    assert_eq!(state["used"]["day_sent"], 0);
    assert_eq!(state["messages_kept"], 0);
    assert_eq!(http.get("/report").json()["messages"]["attempts"], 0);
    client.deliver();
    assert_eq!(http.get("/state").json()["counts"]["accepted"], 1);
    assert_eq!(http.get("/report").json()["messages"]["attempts"], 1);
    assert_eq!(server.messages().len(), 1);
}

#[test]
fn messages_are_listed_and_read_by_number_and_by_id() {
    let (server, http) = server();
    let mut client = Client::ready(&server);
    let reply = client.deliver();
    let id = reply.trim_end().strip_prefix("250 Ok ").unwrap();
    let list = http.get("/messages").json();
    assert_eq!(list[0]["id"], id);
    assert_eq!(list[0]["sender"], "a@example.com");
    assert_eq!(list[0]["recipients"][0], "b@example.com");
    assert_eq!(list[0]["size"], 17);
    for path in ["/messages/0.eml".to_owned(), format!("/messages/{id}.eml")] {
        let eml = http.get(&path);
        assert!(eml.head.contains("content-type: message/rfc822"));
        assert_eq!(
            eml.text(),
            "X-Envelope-From: <a@example.com>\r\nX-Envelope-To: <b@example.com>\r\n\
             Subject: x\r\n\r\nx\r\n"
        );
    }
    assert_eq!(http.get("/messages/1.eml").status, 404);
}

#[test]
fn bad_requests_get_one_clear_line() {
    let (_server, http) = server();
    for (method, path, body, status, part) in [
        (
            "PATCH",
            "/quota",
            r#"{"rate": -1}"#,
            400,
            "rate: invalid value -1",
        ),
        (
            "PATCH",
            "/quota",
            r#"{"rate": -1}"#,
            400,
            "null for no limit",
        ),
        (
            "PATCH",
            "/quota",
            r#"{"daily": 1.5}"#,
            400,
            "daily: invalid value 1.5: ",
        ),
        (
            "PATCH",
            "/account",
            r#"{"paused": 1}"#,
            400,
            "paused: invalid value 1: ",
        ),
        ("PATCH", "/account", r#"{"pause": true}"#, 400, "pause: "),
        (
            "PUT",
            "/faults",
            r#"[{"at": "dot", "delay": "1s"}, {"at": "dot", "every": 1.5}]"#,
            400,
            "faults[1].every: ",
        ),
        (
            "PUT",
            "/faults",
            r#"[{"at": "dit"}]"#,
            400,
            "faults[0].at: ",
        ),
        ("PUT", "/faults", r#"[{"every": 1}]"#, 400, "faults[0]: "),
        (
            "PUT",
            "/faults",
            r#"[{"at": "dot"}]"#,
            400,
            r#"faults[0].at: invalid value "dot": "#,
        ),
        ("PATCH", "/quota", r#"{"rates": 1}"#, 400, "rates"),
        ("PATCH", "/quota", r#"{"daily": "many"}"#, 400, "many"),
        ("PATCH", "/quota", "rate=1", 400, "request body"),
        ("PATCH", "/account", r#"{}"#, 400, "paused"),
        ("PUT", "/quota", "", 405, "GET, PATCH"),
        ("GET", "/reset", "", 405, "POST"),
        ("POST", "/state", "", 405, "GET"),
        ("GET", "/nowhere", "", 404, "GET /"),
    ] {
        let heard = http.ask(method, path, "", body);
        assert_eq!(heard.status, status, "{method} {path}: {}", heard.text());
        let error = heard.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(part) && !error.contains('\n'), "{error}");
    }
    assert_eq!(http.get("/quota").json()["rate"], 14.0);
    assert_eq!(http.get("/").status, 200);
}

#[test]
fn web_pages_are_not_answered() {
    let (_server, http) = server();
    let page = http.ask("POST", "/reset", "Origin: http://127.0.0.1\r\n", "");
    assert_eq!(page.status, 403);
    let rebound = "GET /state HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    let heard = http.raw(rebound);
    assert_eq!(heard.status, 403);
    assert!(heard.text().contains("Host"), "{}", heard.text());
}

#[test]
fn a_body_without_end_is_cut_off_and_others_are_served() {
    let (_server, http) = server();
    let large = http.ask("PATCH", "/quota", "", &" ".repeat(2 << 20));
    assert_eq!(large.status, 413);
    // Clients that never finish their request take up connections, but not all.
    let idle: Vec<TcpStream> = (0..20)
        .map(|_| TcpStream::connect(http.0).unwrap())
        .collect();
    assert_eq!(http.get("/state").status, 200);
    drop(idle);
}

#[test]
fn an_address_that_is_taken_is_named() {
    let (_server, http) = server();
    let taken = Server::builder()
        .settings(|s| s.control = Some(http.0.to_string().parse().unwrap()))
        .start();
    let error = taken.unwrap_err().to_string();
    assert!(error.contains(&http.0.to_string()), "{error}");
}

#[test]
fn a_client_that_disconnects_does_not_affect_others() {
    let (_server, http) = server();
    for _ in 0..100 {
        drop(TcpStream::connect(http.0).unwrap());
    }
    let mut half = TcpStream::connect(http.0).unwrap();
    std::io::Write::write_all(&mut half, b"GET /sta").unwrap();
    half.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = Vec::new();
    let _ = half.read_to_end(&mut rest);
    assert_eq!(http.get("/state").status, 200);
}

#[test]
fn faults_changed_while_it_runs_strike_the_next_message() {
    let (server, http) = server();
    let mut client = Client::ready(&server);
    let rule = r#"[{"at": "dot", "reply": "451 Temporary service failure"}]"#;
    let heard = http.ask("PUT", "/faults", "", rule);
    assert_eq!(heard.status, 200, "{}", heard.text());
    assert_eq!(client.deliver(), "451 Temporary service failure\r\n");
    assert_eq!(http.get("/state").json()["counts"]["faults"], 1);
    assert_eq!(http.get("/report").json()["messages"]["temporary"], 1);
    let metrics = http.get("/metrics");
    for line in [
        "sesbench_mock_messages_total{outcome=\"deferred\"} 1\n",
        "sesbench_mock_faults_total 1\n",
    ] {
        assert!(metrics.text().contains(line), "{line}\n{}", metrics.text());
    }
    let wrong = http.ask("PUT", "/faults", "", r#"[{"at": "dot", "reply": "no"}]"#);
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("faults[0].reply"), "{}", wrong.text());
    assert_eq!(client.deliver(), "451 Temporary service failure\r\n");
    assert_eq!(http.ask("PUT", "/faults", "", "[]").status, 200);
    assert!(client.deliver().starts_with("250 "));
}
