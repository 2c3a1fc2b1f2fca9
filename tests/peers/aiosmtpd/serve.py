"""A server made of aiosmtpd that takes every message of whoever logs in.

    serve.py starttls|wrapper CERTIFICATE KEY MESSAGES

Prints its port on 127.0.0.1 when it is ready. Each message that it has taken
is a line in the file MESSAGES: its Message-ID, its number of recipients, and
whether TLS carried it. The user name and password are in SMTP_USERNAME and
SMTP_PASSWORD. It ends when its standard input does.
"""

import asyncio
import email
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

EXPECTED = LoginPassword(
    os.environ["SMTP_USERNAME"].encode(), os.environ["SMTP_PASSWORD"].encode()
)


def authenticate(server, session, envelope, mechanism, auth_data):
    # Unless handled is set, aiosmtpd answers a refusal with a 535.
    return AuthResult(success=auth_data == EXPECTED, handled=False)


class Messages:
    def __init__(self, file):
        self.file = file

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content)
        secured = server.transport.get_extra_info("ssl_object") is not None
        words = message["Message-ID"], len(envelope.rcpt_tos), secured
        print(*words, file=self.file, flush=True)
        return "250 OK"


async def serve(mode, certificate, key, messages):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    starttls = {"tls_context": context, "require_starttls": True}
    # aiosmtpd counts only STARTTLS as TLS.
    wrapper = {"auth_require_tls": False}
    with open(messages, "w", encoding="ascii") as file:
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(
                Messages(file),
                authenticator=authenticate,
                auth_required=True,
                **(starttls if mode == "starttls" else wrapper),
            ),
            "127.0.0.1",
            0,
            ssl=None if mode == "starttls" else context,
        )
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(serve(*sys.argv[1:]))
