//! Every reply of SES, in one table.
//!
//! A text is SES's own if it was seen in a session or is in the SES Developer
//! Guide ("SMTP response codes"); the others are those of SubEthaSMTP 3.1.7,
//! which SES's replies match word for word. `<...>` stands for a variable part.

/// Generates the enum, its texts, and the list of all replies.
macro_rules! replies {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A reply of the server, without its variable parts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Reply {
            $($(#[$doc])* $name,)*
        }

        impl Reply {
            /// All replies, in the order of their discriminants.
            pub const ALL: &[Reply] = &[$(Reply::$name),*];

            /// The text with its code; `<...>` stands for a variable part.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Reply::$name => $text,)*
                }
            }
        }
    };
}

replies! {
    /// Greeting.
    Banner = "220 email-smtp.amazonaws.com ESMTP SimpleEmailService-<id>",
    /// To EHLO.
    Capabilities = "250 email-smtp.amazonaws.com, capabilities",
    /// To HELO.
    Hello = "250 email-smtp.amazonaws.com",
    /// To MAIL, RCPT, RSET and NOOP.
    Ok = "250 Ok",
    /// To STARTTLS.
    ReadyForTls = "220 Ready to start TLS",
    /// To DATA.
    StartData = "354 End data with <CR><LF>.<CR><LF>",
    /// After the dot.
    Accepted = "250 Ok <message id>",
    /// To QUIT.
    Bye = "221 Bye",
    /// AUTH PLAIN without initial response.
    Continue = "334 Ok",
    /// AUTH LOGIN asks for the user name.
    AskUsername = "334 VXNlcm5hbWU6",
    /// AUTH LOGIN asks for the password.
    AskPassword = "334 UGFzc3dvcmQ6",
    /// AUTH succeeded.
    Authenticated = "235 Authentication successful.",
    /// AUTH failed.
    BadCredentials = "535 Authentication Credentials Invalid",
    /// AUTH succeeded, and the account has not signed up.
    NotSubscribed = "535 Account not subscribed to SES",
    /// AUTH once more.
    AlreadyAuthenticated = "503 Refusing any other AUTH command.",
    /// AUTH with an unknown mechanism.
    UnknownMechanism = "504 The requested authentication mechanism is not supported",
    /// AUTH without a mechanism.
    AuthSyntax = "501 Syntax: AUTH mechanism [initial-response]",
    /// AUTH with something that is not base64.
    NotBase64 = "501 Invalid command argument, not a valid Base64 string",
    /// `*` within AUTH.
    AuthCanceled = "501 Authentication canceled by client.",
    /// Anything but EHLO, NOOP, QUIT and STARTTLS in plaintext.
    TlsRequired = "530 Must issue a STARTTLS command first",
    /// MAIL, RCPT or DATA before AUTH.
    AuthRequired = "530 Authentication required",
    /// STARTTLS with a parameter.
    NoParameters = "501 Syntax error (no parameters allowed)",
    /// STARTTLS within TLS.
    TlsActive = "454 TLS not available due to temporary reason: TLS already active",
    /// EHLO without a name.
    EhloSyntax = "501 Syntax: EHLO hostname",
    /// HELO without a name.
    HeloSyntax = "501 Syntax: HELO <hostname>",
    /// MAIL without FROM.
    MailSyntax = "501 Syntax: MAIL FROM: <address>",
    /// RCPT without TO.
    RcptSyntax = "501 Syntax: RCPT TO: <address>",
    /// MAIL with an invalid address, or with `<>`.
    InvalidSender = "501 Invalid MAIL FROM address provided",
    /// RCPT with an invalid address.
    InvalidRecipient = "501 Invalid RCPT TO address provided",
    /// MAIL within a transaction.
    SenderSpecified = "503 Sender already specified.",
    /// RCPT or DATA without MAIL.
    NeedMail = "503 Error: need MAIL command",
    /// DATA without RCPT.
    NeedRcpt = "503 Error: need RCPT command",
    /// VRFY.
    VrfyDisabled = "502 VRFY command is disabled",
    /// An unknown verb.
    UnknownCommand = "500 Error: command not implemented",
    /// A line of fewer than four characters.
    BadSyntax = "500 Error: bad syntax",
    /// A command line that is too long; then the connection is closed.
    LineTooLong = "501 Input line length is too long!",
    /// A line end that is not CRLF; then the connection is closed.
    NotCrLf = "501 Syntax error at character position <n>. CR and LF must be CRLF paired.  See RFC 2821 #2.7.1.",
    /// After the dot: the sending rate.
    Throttled = "454 Throttling failure: Maximum sending rate exceeded.",
    /// After the dot: the sending rate of version 2 credentials.
    ThrottledV2 = "454 Throttling failure: Maximum SigV2 SMTP sending rate exceeded.",
    /// After the dot: the daily quota.
    QuotaSpent = "454 Throttling failure: Daily message quota exceeded.",
    /// After the dot: too many bytes.
    TooLong = "552 Message is too long.",
    /// After the dot: too many recipients.
    TooManyRecipients = "554 Transaction failed: Recipient count exceeds <n>.",
    /// After the dot: sender, or in the sandbox a recipient, is not verified.
    NotVerified = "554 Message rejected: Email address is not verified. The following identities failed the check in region <region>: <identities>",
    /// After the dot: the user's policy does not allow it to send from there.
    AccessDenied = "554 Access denied: User `<user>' is not authorized to perform `ses:SendRawEmail' on resource `<identity>'",
    /// After the dot: the account is paused.
    Suspended = "554 Message rejected: Sending suspended for this account. For more information, please check the inbox of the email address associated with your AWS account.",
    /// After the dot: a field that may occur once occurs twice.
    DuplicateHeader = "554 Transaction failed: Duplicate header '<field>'.",
    /// After the dot: the account has no such configuration set.
    NoConfigurationSet = "554 Configuration Set does not exist: Configuration set <<name>> does not exist.",
    /// In place of the banner.
    TooManyConnections = "421 Too many concurrent SMTP connections",
    /// The session has reached its message limit; then the connection is closed.
    TooManyMessages = "421 Connection closed by server. Maximum message count per session reached.",
    /// The client was silent for too long; then the connection is closed.
    IdleTimeout = "451 4.4.2 Timeout waiting for data from client.",
}

impl Reply {
    /// SES's refusal with this text, if there is one.
    #[must_use]
    pub(crate) fn refusal(words: &str) -> Option<Reply> {
        let words = words.trim_end();
        let same = |reply: &Reply| match reply.text().split_once('<') {
            Some((head, _)) => words.starts_with(head),
            None => words == reply.text(),
        };
        let all = Reply::ALL.iter().copied();
        all.filter(|reply| reply.is_refusal()).find(same)
    }

    /// Whether the code is a 4xx or a 5xx.
    #[must_use]
    pub(crate) const fn is_refusal(self) -> bool {
        matches!(self.text().as_bytes()[0], b'4' | b'5')
    }

    /// SES's reply with this text, if there is one. A reply that is not a refusal
    /// must match exactly.
    #[must_use]
    pub(crate) fn of_words(words: &str) -> Option<Reply> {
        let same = |reply: &Reply| reply.text() == words.trim_end();
        Reply::refusal(words).or_else(|| Reply::ALL.iter().copied().find(same))
    }

    /// Whether the code is a 5xx.
    #[must_use]
    pub(crate) const fn is_permanent(self) -> bool {
        self.text().as_bytes()[0] == b'5'
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_its_own_refusals_by_their_text() {
        for reply in Reply::ALL.iter().filter(|reply| reply.is_refusal()) {
            let words = format!("{}\r\n", reply.text().replace(['<', '>'], ""));
            assert_eq!(Reply::refusal(&words), Some(*reply), "{words}");
        }
        assert_eq!(Reply::refusal("451 Temporary service failure\r\n"), None);
        assert_eq!(Reply::refusal("250 Ok\r\n"), None);
        assert_eq!(Reply::of_words("250 Ok\r\n"), Some(Reply::Ok));
        let counted = "554 Transaction failed: Recipient count exceeds 10.\r\n";
        assert_eq!(Reply::of_words(counted), Some(Reply::TooManyRecipients));
    }

    #[test]
    fn the_list_is_in_order_and_each_text_is_one_reply() {
        for (n, reply) in Reply::ALL.iter().enumerate() {
            assert_eq!(*reply as usize, n);
            assert!(reply.text()[..3].bytes().all(|b| b.is_ascii_digit()));
            let twins = Reply::ALL.iter().filter(|r| r.text() == reply.text());
            assert_eq!(twins.count(), 1, "{}", reply.text());
        }
    }
}
