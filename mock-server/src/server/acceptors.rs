//! TLS acceptors, one for each certificate.

use tokio_rustls::TlsAcceptor;

use crate::protocol::Certificate;
use crate::settings::Settings;
use crate::tls::{Certificates, TlsError, server_config};

pub(super) struct Acceptors {
    valid: TlsAcceptor,
    expired: TlsAcceptor,
    wrong_name: TlsAcceptor,
}

impl Acceptors {
    pub(super) fn new(
        settings: &Settings,
        certificates: &Certificates,
    ) -> Result<Acceptors, TlsError> {
        let with =
            |certificate| server_config(settings, certificates, certificate).map(TlsAcceptor::from);
        Ok(Acceptors {
            valid: with(Certificate::Valid)?,
            expired: with(Certificate::Expired)?,
            wrong_name: with(Certificate::WrongName)?,
        })
    }

    pub(super) fn of(&self, certificate: Certificate) -> &TlsAcceptor {
        match certificate {
            Certificate::Valid => &self.valid,
            Certificate::Expired => &self.expired,
            Certificate::WrongName => &self.wrong_name,
        }
    }
}
