//! The CA and the certificates that it signs: the server's own, and two that no
//! client should accept, for faults.

use std::collections::BTreeSet;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::TlsError;
use crate::facts::smtp_host;
use crate::protocol::Certificate;
use crate::settings::{CertificateKey, Settings};

/// A name that no host has (RFC 2606 section 2).
const WRONG_NAME: &str = "wrong-name.invalid";

/// A CA certificate, and server certificates for one key.
#[derive(Debug)]
pub(crate) struct Certificates {
    ca_pem: String,
    valid: CertificateDer<'static>,
    expired: CertificateDer<'static>,
    wrong_name: CertificateDer<'static>,
    key: KeyPair,
}

impl Certificates {
    /// Generates them: for localhost, the endpoint of the region, the listening
    /// address, and the host names of the settings.
    ///
    /// # Errors
    ///
    /// When a key cannot be generated, or a name is invalid.
    pub(crate) fn generate(settings: &Settings) -> Result<Certificates, TlsError> {
        let ca = certificate_authority(new_key(settings.certificate)?)?;
        let key = new_key(settings.certificate)?;
        let names = names(settings);
        let expired = expired(server_params(names.clone())?);
        let wrong_name = server_params(vec![WRONG_NAME.to_owned()])?;
        let sign = |params: CertificateParams| -> Result<CertificateDer<'static>, rcgen::Error> {
            Ok(params.signed_by(&key, &ca)?.der().clone())
        };
        Ok(Certificates {
            ca_pem: ca.pem(),
            valid: sign(server_params(names)?)?,
            expired: sign(expired)?,
            wrong_name: sign(wrong_name)?,
            key,
        })
    }

    /// The CA certificate as PEM, which clients must trust.
    #[must_use]
    pub(crate) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// What the server sends: one certificate. Clients have the CA's.
    pub(super) fn chain(&self, certificate: Certificate) -> Vec<CertificateDer<'static>> {
        let shown = match certificate {
            Certificate::Valid => &self.valid,
            Certificate::Expired => &self.expired,
            Certificate::WrongName => &self.wrong_name,
        };
        vec![shown.clone()]
    }

    pub(super) fn key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.serialize_der()).into()
    }
}

fn new_key(key: CertificateKey) -> Result<KeyPair, rcgen::Error> {
    KeyPair::generate_for(match key {
        CertificateKey::EcdsaP256 => &PKCS_ECDSA_P256_SHA256,
        // rcgen generates RSA keys of 2048 bits.
        CertificateKey::Rsa2048 => &PKCS_RSA_SHA256,
    })
}

fn certificate_authority(key: KeyPair) -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "sesbench mock CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, key)
}

fn names(settings: &Settings) -> Vec<String> {
    let usual = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let bound = Some(settings.bind).filter(|address| !address.is_unspecified());
    let mut names: Vec<String> = usual.into_iter().collect();
    names.push(smtp_host(&settings.region));
    names.extend(bound.map(|address| address.to_string()));
    names.extend(settings.host_names.iter().cloned());
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

fn expired(mut params: CertificateParams) -> CertificateParams {
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2021, 1, 1);
    params
}

fn server_params(names: Vec<String>) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "email-smtp.amazonaws.com");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}
