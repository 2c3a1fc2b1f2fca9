//! Messages at the limit: exactly 41,943,040 bytes are accepted, one more is not.

use sesbench_mock::facts::limits::MAX_MESSAGE_SIZE;

use crate::client::Client;
use crate::server;

/// Sends a message of `size` bytes whose lines all begin with a dot, which
/// dot-stuffing doubles.
fn send(client: &mut Client, size: u64) -> String {
    client.begin_message();
    let line = [&b".."[..], &[b'x'; 997], b"\r\n"].concat();
    let unstuffed = line.len() as u64 - 1;
    let block = line.repeat(100);
    for _ in 0..size / unstuffed / 100 {
        client.send(&block);
    }
    for _ in 0..size / unstuffed % 100 {
        client.send(&line);
    }
    let rest = (size % unstuffed) as usize;
    client.send(&[&vec![b'x'; rest - 2][..], b"\r\n"].concat());
    client.say(".")
}

#[test]
fn the_largest_message_is_taken_and_one_byte_more_is_not() {
    let server = server(|_| {});
    for mut client in [Client::wrapped(&server), Client::upgraded(&server)] {
        client.log_in(&server);
        assert!(send(&mut client, MAX_MESSAGE_SIZE).starts_with("250 Ok "));
        assert_eq!(
            send(&mut client, MAX_MESSAGE_SIZE + 1),
            "552 Message is too long.\r\n"
        );
        assert_eq!(client.say("NOOP"), "250 Ok\r\n");
    }
    assert_eq!(server.counts().bytes, 2 * MAX_MESSAGE_SIZE);
}
