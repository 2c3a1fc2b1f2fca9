//! Reads a file of certificates, or describes why it can't be read. `scenario`
//! checks the file with it, [`super::trusted`] trusts what it holds.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};

use super::tls_error;
use crate::text::printable;

/// The certificates of a file, at least one; or why there is none.
pub(crate) fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    let certificates: Vec<_> = read.map_err(|error| describe(&error))?;
    match certificates.is_empty() {
        true => Err(describe(&pem::Error::NoItemsFound)),
        false => Ok(certificates),
    }
}

fn describe(error: &pem::Error) -> String {
    match error {
        pem::Error::MissingSectionEnd { end_marker } => format!(
            "a certificate is truncated: `-----END {}-----` is missing",
            marker(end_marker)
        ),
        pem::Error::IllegalSectionStart { line } => format!(
            "`{}` does not begin a PEM section; it should be `-----BEGIN CERTIFICATE-----`",
            printable(&String::from_utf8_lossy(line))
        ),
        pem::Error::Base64Decode(_) => {
            "the text between the BEGIN and END lines is not base64".to_owned()
        }
        pem::Error::Io(error) => error.to_string(),
        pem::Error::NoItemsFound => {
            "no certificate in PEM found (-----BEGIN CERTIFICATE-----)".to_owned()
        }
        pem::Error::SectionTooLarge => "a PEM section is too large".to_owned(),
        other => tls_error::words(other),
    }
}

fn marker(end_marker: &[u8]) -> String {
    let text = String::from_utf8_lossy(end_marker);
    let text = text.trim().trim_matches('-');
    printable(text.strip_prefix("END ").unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_holds_no_certificate_is_described() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        for (file, text) in [
            (
                "-----BEGIN CERTIFICATE-----\nMIIB\n",
                "a certificate is truncated: `-----END CERTIFICATE-----` is missing",
            ),
            (
                "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
                "the text between the BEGIN and END lines is not base64",
            ),
            (
                "",
                "no certificate in PEM found (-----BEGIN CERTIFICATE-----)",
            ),
        ] {
            std::fs::write(&path, file).unwrap();
            assert_eq!(read_certificates(&path).unwrap_err(), text);
        }
        let missing = read_certificates(&folder.path().join("none.pem")).unwrap_err();
        assert!(missing.contains("os error 2"), "{missing}");
    }
}
