"""Sends a multipart/alternative message with Python's smtplib.

    send.py starttls|wrapper HOST PORT CA_FILE [MESSAGES]

The user name and password are in SMTP_USERNAME and SMTP_PASSWORD. Prints a
line for each message: `sent BYTES`, or what smtplib made of the refusal.
"""

import os
import smtplib
import ssl
import sys
from email.message import EmailMessage
from email.policy import SMTP as CRLF

SENDER = "sender@example.com"
RECIPIENT = "recipient@example.com"


def message():
    message = EmailMessage()
    message["Subject"] = "From Python's smtplib"
    message["From"] = SENDER
    message["To"] = RECIPIENT
    # A line that begins with a dot must arrive with one dot.
    message.set_content("Plain text.\n.dotted\n..twice\n")
    message.add_alternative("<p>HTML text.</p>\n", subtype="html")
    return message.as_bytes(policy=CRLF)


def connect(mode, host, port, context):
    if mode == "wrapper":
        return smtplib.SMTP_SSL(host, port, context=context, timeout=30)
    server = smtplib.SMTP(host, port, timeout=30)
    server.starttls(context=context)
    return server


def told(error):
    """What an exception is, in a line."""
    code, text = getattr(error, "smtp_code", ""), getattr(error, "smtp_error", b"")
    return " ".join([type(error).__name__, str(code), text.decode()] if code else [repr(error)])


def main(mode, host, port, ca_file, messages="1"):
    context = ssl.create_default_context(cafile=ca_file)
    try:
        with connect(mode, host, int(port), context) as server:
            server.login(os.environ["SMTP_USERNAME"], os.environ["SMTP_PASSWORD"])
            for _ in range(int(messages)):
                data = message()
                try:
                    server.sendmail(SENDER, [RECIPIENT], data)
                    print("sent", len(data))
                except smtplib.SMTPException as error:
                    print(told(error))
    except smtplib.SMTPException as error:
        print(told(error))


main(*sys.argv[1:])
