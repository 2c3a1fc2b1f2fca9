//! An embedded mock that can't start.

use std::net::TcpListener;

use super::refused;
use crate::support::Sesbench;

#[test]
fn a_mock_that_cannot_start_is_reported_in_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let program = Sesbench::run(&format!("--set mock.port_offset={}", port - 25));
    let parts = ["embedded mock", &port.to_string(), "in use"];
    let done = refused(program, 3, &parts);
    assert_eq!(done.folder().json()["status"], "aborted");
}
