//! Translates the errors of kernel and TLS library into failures.
//!
//! The only place that knows both sides for a connection under way; the errors
//! of rustls are [`super::tls_error`]'s. What a failure means for the session is
//! the dialogue's to decide.

use std::io::{self, ErrorKind};

use nix::errno::Errno;

use super::raw::Plaintext;
use super::tls_error;
use crate::smtp::StepFailure;
use crate::vocabulary::{Failure, SocketFailure, TlsFailure};

/// Why a step failed: the kernel, TLS, or what the server wrote instead of TLS.
pub(super) fn step_failure(error: &io::Error) -> StepFailure {
    let inner = error.get_ref();
    if let Some(Plaintext(text)) = inner.and_then(|inner| inner.downcast_ref()) {
        let what = "the server spoke plaintext where TLS was due";
        return quoting(TlsFailure::Plaintext, what, text);
    }
    match inner.and_then(|inner| inner.downcast_ref()) {
        Some(error) => tls_error::step_failure(error),
        None if error.kind() == ErrorKind::UnexpectedEof => Failure::Closed.into(),
        None => StepFailure::new(Failure::Socket(socket_failure(error)), error.to_string()),
    }
}

/// The failure where a server writes in plaintext on a session that has TLS.
pub(super) fn inside_tls(text: String) -> StepFailure {
    let what = "the server wrote in plaintext inside TLS";
    quoting(TlsFailure::PlaintextInside, what, &text)
}

fn quoting(failure: TlsFailure, what: &str, text: &str) -> StepFailure {
    let line = format!("`{text}`");
    let text = format!("{what}: {line}");
    StepFailure {
        detail: Some(line),
        ..StepFailure::new(Failure::Tls(failure), text)
    }
}

/// What the kernel found.
pub(super) fn socket_failure(error: &io::Error) -> SocketFailure {
    // The standard library has no kind for these.
    match error.raw_os_error().map(Errno::from_raw) {
        Some(Errno::EMFILE | Errno::ENFILE) => return SocketFailure::OutOfFiles,
        Some(Errno::ENOBUFS) => return SocketFailure::OutOfMemory,
        _ => {}
    }
    match error.kind() {
        ErrorKind::ConnectionRefused => SocketFailure::Refused,
        ErrorKind::ConnectionReset => SocketFailure::Reset,
        ErrorKind::ConnectionAborted => SocketFailure::Aborted,
        ErrorKind::BrokenPipe => SocketFailure::BrokenPipe,
        ErrorKind::TimedOut => SocketFailure::TimedOut,
        ErrorKind::NetworkUnreachable => SocketFailure::NetworkUnreachable,
        ErrorKind::HostUnreachable => SocketFailure::HostUnreachable,
        ErrorKind::NetworkDown => SocketFailure::NetworkDown,
        // connect reports EADDRNOTAVAIL when no local port is free. With a source
        // address of the scenario, bind reports EADDRINUSE instead.
        ErrorKind::AddrNotAvailable | ErrorKind::AddrInUse => SocketFailure::OutOfPorts,
        ErrorKind::OutOfMemory => SocketFailure::OutOfMemory,
        ErrorKind::PermissionDenied => SocketFailure::NotPermitted,
        _ => SocketFailure::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_kernel_is_translated_by_its_number() {
        for (errno, failure) in [
            (Errno::ECONNREFUSED, SocketFailure::Refused),
            (Errno::ECONNRESET, SocketFailure::Reset),
            (Errno::ECONNABORTED, SocketFailure::Aborted),
            (Errno::EPIPE, SocketFailure::BrokenPipe),
            (Errno::ETIMEDOUT, SocketFailure::TimedOut),
            (Errno::ENETUNREACH, SocketFailure::NetworkUnreachable),
            (Errno::EHOSTUNREACH, SocketFailure::HostUnreachable),
            (Errno::ENETDOWN, SocketFailure::NetworkDown),
            (Errno::EMFILE, SocketFailure::OutOfFiles),
            (Errno::ENFILE, SocketFailure::OutOfFiles),
            (Errno::EADDRNOTAVAIL, SocketFailure::OutOfPorts),
            (Errno::EADDRINUSE, SocketFailure::OutOfPorts),
            (Errno::ENOBUFS, SocketFailure::OutOfMemory),
            (Errno::ENOMEM, SocketFailure::OutOfMemory),
            (Errno::EACCES, SocketFailure::NotPermitted),
            (Errno::EPERM, SocketFailure::NotPermitted),
            (Errno::EPROTO, SocketFailure::Other),
        ] {
            let error = io::Error::from_raw_os_error(errno as i32);
            let found = step_failure(&error);
            assert_eq!(found.failure, Failure::Socket(failure), "{errno}");
            // Reports have the text of the operating system.
            assert_eq!(found.text, error.to_string());
        }
    }

    #[test]
    fn an_error_without_a_number_is_translated_by_its_kind() {
        for (kind, failure) in [
            (
                ErrorKind::ConnectionRefused,
                Failure::Socket(SocketFailure::Refused),
            ),
            (
                ErrorKind::TimedOut,
                Failure::Socket(SocketFailure::TimedOut),
            ),
            (
                ErrorKind::NotConnected,
                Failure::Socket(SocketFailure::Other),
            ),
            (ErrorKind::WriteZero, Failure::Socket(SocketFailure::Other)),
            (ErrorKind::UnexpectedEof, Failure::Closed),
        ] {
            assert_eq!(step_failure(&kind.into()).failure, failure, "{kind}");
        }
    }

    #[test]
    fn plaintext_is_quoted_in_text_and_detail() {
        let line = "220 mx.example ESMTP".to_owned();
        let error = io::Error::other(Plaintext(line.clone()));
        for (found, failure, text) in [
            (
                step_failure(&error),
                TlsFailure::Plaintext,
                "the server spoke plaintext where TLS was due: `220 mx.example ESMTP`",
            ),
            (
                inside_tls(line),
                TlsFailure::PlaintextInside,
                "the server wrote in plaintext inside TLS: `220 mx.example ESMTP`",
            ),
        ] {
            assert_eq!(found.failure, Failure::Tls(failure));
            assert_eq!(found.text, text);
            assert_eq!(found.detail.as_deref(), Some("`220 mx.example ESMTP`"));
        }
    }

    #[test]
    fn an_error_of_tls_is_translated_by_its_type() {
        let error = io::Error::new(ErrorKind::InvalidData, rustls::Error::DecryptError);
        let found = step_failure(&error);
        assert_eq!(found.failure, Failure::Tls(TlsFailure::RecordDamaged));
        assert!(
            found.text.starts_with("TLS: a TLS record"),
            "{}",
            found.text
        );
    }
}
