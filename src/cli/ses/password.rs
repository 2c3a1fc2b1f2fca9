//! `sesbench ses password`: an IAM secret access key in, the SMTP password of
//! a region out.
//!
//! The password alone goes to stdout, so that it can be piped into a file or a
//! secret store; everything else is said on stderr.

use std::path::PathBuf;

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use super::secret::{self, Secret, Source};
use super::{region, remark};
use crate::app::AppError;
use crate::cli::stdout;
use crate::ses;
use crate::vocabulary::ExitCode;

pub(super) const NOTE: &str = "\
The secret is read from the file that --secret-file names; without it, from
SESBENCH_SECRET_ACCESS_KEY or AWS_SECRET_ACCESS_KEY; without those it is asked
for. It is never an argument: arguments are in the list of processes and in the
shell's history. The user name that goes with the password is the access key id.";

/// What `ses password` is given.
#[derive(Args, Debug)]
pub struct PasswordArgs {
    /// Region the password is for: it is valid in no other [e.g. us-east-1]
    // Checked here, because the usual message would repeat what may be a secret.
    #[arg(long, value_name = "REGION")]
    pub region: String,
    /// File that holds the secret access key [default: the environment, or a
    /// question; e.g. /run/secrets/aws]
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Refused: a secret is never an argument
    // Taken and not shown, because the usual message would repeat it.
    #[arg(hide = true, num_args = 0.., value_parser = refused)]
    pub stray: Vec<Refused>,
}

/// An argument that may be a secret, forgotten.
#[derive(Clone, Copy, Debug)]
pub struct Refused;

/// Any text, so that the parser does not tell it in an error of its own.
#[allow(clippy::unnecessary_wraps)]
fn refused(_: &str) -> Result<Refused, std::convert::Infallible> {
    Ok(Refused)
}

/// An IAM secret access key has so many characters.
const SECRET_LENGTH: usize = 40;

pub(super) fn print(args: &PasswordArgs) -> Result<(), AppError> {
    let password = make(args).map_err(|why| AppError::new(ExitCode::Usage, why))?;
    let line = SecretString::from(format!("{}\n", password.expose_secret()));
    stdout::print(line.expose_secret())
}

fn make(args: &PasswordArgs) -> Result<SecretString, String> {
    if !args.stray.is_empty() {
        return Err(
            "a secret is never an argument: others can read it in the list of processes, and \
             the shell keeps it; use --secret-file, SESBENCH_SECRET_ACCESS_KEY, or answer the \
             question. If what you typed was real, replace the key"
                .to_owned(),
        );
    }
    region(&args.region).map_err(|why| format!("--region: {why}"))?;
    let file = args.secret_file.as_deref();
    let secret = secret::find(file, &crate::cli::environment, &secret::ask)?;
    for remark in remarks(args, &secret) {
        eprintln!("sesbench: {remark}");
    }
    eprintln!("sesbench: what follows is a secret: it sends mail on your account");
    let password = ses::smtp_password(secret.text.expose_secret(), &args.region);
    Ok(SecretString::from(password))
}

/// What may be wrong with what was given; nothing of it is shown.
fn remarks(args: &PasswordArgs, secret: &Secret) -> Vec<String> {
    let mut remarks: Vec<_> = remark(&args.region).into_iter().collect();
    let length = secret.text.expose_secret().chars().count();
    if length != SECRET_LENGTH {
        remarks.push(format!(
            "the secret has {length} characters, an IAM secret access key has {SECRET_LENGTH}: is it whole, and not a password already?"
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
