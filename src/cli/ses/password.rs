//! `sesbench ses password`: derives the SMTP password of a region from an IAM
//! secret access key.
//!
//! Only the password goes to stdout, so that it can be piped into a file or a
//! secret store; everything else goes to stderr.

use std::path::PathBuf;

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use super::secret::{self, Secret, Source};
use super::{region, remark};
use crate::app::{AppError, stdout};
use crate::output::screen::print_message;
use crate::ses;
use crate::vocabulary::ExitCode;

pub(super) const NOTE: &str = "\
The secret comes from the file in --secret-file; without it, from
SESBENCH_SECRET_ACCESS_KEY or AWS_SECRET_ACCESS_KEY; without those, from a
prompt. It is never an argument: arguments show in the process list and in the
shell's history. The SMTP user name is the access key id.";

/// Arguments of `ses password`.
#[derive(Args, Debug)]
pub struct PasswordArgs {
    /// Region of the password; it is valid only there
    ///
    /// [e.g. us-east-1]
    // Checked here, because the usual error would repeat what may be a secret.
    #[arg(long, value_name = "REGION", verbatim_doc_comment)]
    pub region: String,
    /// File with the secret access key
    ///
    /// [default: the environment, or a prompt; e.g. /run/secrets/aws]
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    pub secret_file: Option<PathBuf>,
    /// Refused: a secret is never an argument
    // Accepted and not shown, because the usual error would repeat it.
    #[arg(hide = true, num_args = 0.., value_parser = refused)]
    pub stray: Vec<Refused>,
}

/// An argument that may be a secret; its text is dropped.
#[derive(Clone, Copy, Debug)]
pub struct Refused;

/// Accepts any text, so that the parser does not print it in an error of its own.
#[allow(clippy::unnecessary_wraps)]
fn refused(_: &str) -> Result<Refused, std::convert::Infallible> {
    Ok(Refused)
}

/// The length of an IAM secret access key.
const SECRET_LENGTH: usize = 40;

pub(super) fn print(args: &PasswordArgs) -> Result<(), AppError> {
    let password = make(args).map_err(|why| AppError::new(ExitCode::Usage, why))?;
    let line = SecretString::from(format!("{}\n", password.expose_secret()));
    stdout::print(line.expose_secret())
}

fn make(args: &PasswordArgs) -> Result<SecretString, String> {
    if !args.stray.is_empty() {
        return Err(
            "a secret is never an argument: the process list and the shell's history show it; use \
             --secret-file, SESBENCH_SECRET_ACCESS_KEY or the prompt. If you typed a real key, \
             replace it"
                .to_owned(),
        );
    }
    region(&args.region).map_err(|why| format!("--region: {why}"))?;
    let file = args.secret_file.as_deref();
    let secret = secret::find(file, &crate::cli::environment, &secret::ask)?;
    for remark in remarks(args, &secret) {
        print_message(&remark);
    }
    print_message("the next line is a secret: it can send mail from your account");
    let password = ses::smtp_password(secret.text.expose_secret(), &args.region);
    Ok(SecretString::from(password))
}

/// What may be wrong with the arguments; none of them shows the secret.
fn remarks(args: &PasswordArgs, secret: &Secret) -> Vec<String> {
    let mut remarks: Vec<_> = remark(&args.region).into_iter().collect();
    let length = secret.text.expose_secret().chars().count();
    if length != SECRET_LENGTH {
        remarks.push(format!(
            "the secret has {length} characters, an IAM secret access key has {SECRET_LENGTH}: it may be incomplete, or already an SMTP password"
        ));
    }
    // SES Developer Guide, "Obtaining Amazon SES SMTP credentials".
    let of_a_session = crate::cli::environment("AWS_SESSION_TOKEN").is_some();
    if of_a_session && secret.source == Source::Aws {
        remarks.push(
            "AWS_SESSION_TOKEN is set: temporary credentials do not work over SMTP; use the key \
             of an IAM user"
                .to_owned(),
        );
    }
    remarks
}
