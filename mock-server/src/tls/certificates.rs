//! The CA and the certificate it signs.

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    PKCS_RSA_SHA256,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::TlsError;
use crate::facts::smtp_host;
use crate::settings::CertificateKey;

/// A CA certificate, and a server certificate with its key.
#[derive(Debug)]
pub struct Certificates {
    ca_pem: String,
    certificate: Certificate,
    key: KeyPair,
}

impl Certificates {
    /// Makes them, for localhost and for the endpoint of `region`.
    ///
    /// # Errors
    ///
    /// When a key can't be made, or `region` makes no host name.
    pub fn generate(key: CertificateKey, region: &str) -> Result<Certificates, TlsError> {
        let ca = certificate_authority(new_key(key)?)?;
        let key = new_key(key)?;
        let certificate = server_params(region)?.signed_by(&key, &ca)?;
        Ok(Certificates {
            ca_pem: ca.pem(),
            certificate,
            key,
        })
    }

    /// The CA certificate as PEM: what a client has to trust.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// What the server sends: its own certificate. The CA's is the client's.
    pub(super) fn chain(&self) -> Vec<CertificateDer<'static>> {
        vec![self.certificate.der().clone()]
    }

    pub(super) fn key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.serialize_der()).into()
    }
}

fn new_key(key: CertificateKey) -> Result<KeyPair, rcgen::Error> {
    KeyPair::generate_for(match key {
        CertificateKey::EcdsaP256 => &PKCS_ECDSA_P256_SHA256,
        // rcgen makes RSA keys of 2048 bits.
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

fn server_params(region: &str) -> Result<CertificateParams, rcgen::Error> {
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let names: Vec<String> = names.into_iter().chain([smtp_host(region)]).collect();
    let mut params = CertificateParams::new(names)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "email-smtp.amazonaws.com");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}
