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
RECIPIENT = "success@simulator.amazonses.com"


def message():
    message = EmailMessage()
    message["Subject"] = "From Python's smtplib"
    message["From"] = SENDER
    message["To"] = RECIPIENT
    # A line that begins with a dot has to arrive with one dot.
    message.set_content("Plain text.\n.dotted\n..twice\n")
    message.add_alternative("<p>HTML text.</p>\n", subtype="html")
    return message.as_bytes(policy=CRLF)


def connect(mode, host, port, context):
    if mode == "wrapper":
        return smtplib.SMTP_SSL(host, port, context=context, timeout=30)
    server = smtplib.SMTP(host, port, timeout=30)
    server.ehlo()
    server.starttls(context=context)
    server.ehlo()
    return server


def main(mode, host, port, ca_file, messages="1"):
    context = ssl.create_default_context(cafile=ca_file)
    with connect(mode, host, int(port), context) as server:
        try:
            server.login(os.environ["SMTP_USERNAME"], os.environ["SMTP_PASSWORD"])
        except smtplib.SMTPAuthenticationError as error:
            print(type(error).__name__, error.smtp_code, error.smtp_error.decode())
            return
        for _ in range(int(messages)):
            data = message()
            try:
                server.sendmail(SENDER, [RECIPIENT], data)
                print("sent", len(data))
            except smtplib.SMTPDataError as error:
                print(type(error).__name__, error.smtp_code, error.smtp_error.decode())


main(*sys.argv[1:])
