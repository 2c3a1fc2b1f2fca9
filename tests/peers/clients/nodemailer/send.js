// Sends messages with nodemailer, one after another:
//
//   send.js starttls|wrapper HOST PORT CA_FILE [MESSAGES]
//
// The user name and password are in SMTP_USERNAME and SMTP_PASSWORD. Prints a
// line for each message: `sent REPLY`, or nodemailer's error.

"use strict";

const fs = require("node:fs");
const nodemailer = require("nodemailer");

async function main(mode, host, port, caFile, messages = "1") {
  const transport = nodemailer.createTransport({
    host,
    port: Number(port),
    secure: mode === "wrapper",
    requireTLS: true,
    name: "client.example",
    // One connection for all messages.
    pool: true,
    maxConnections: 1,
    tls: { ca: fs.readFileSync(caFile) },
    auth: { user: process.env.SMTP_USERNAME, pass: process.env.SMTP_PASSWORD },
  });
  for (let n = 0; n < Number(messages); n += 1) {
    try {
      const info = await transport.sendMail({
        from: "sender@example.com",
        to: "recipient@example.com",
        subject: "From nodemailer",
        text: "Plain text.\n.dotted\n",
        html: "<p>HTML text.</p>\n",
      });
      console.log("sent", info.response);
    } catch (error) {
      console.log(error.code, error.responseCode, error.command, error.message);
    }
  }
  transport.close();
}

main(...process.argv.slice(2));
