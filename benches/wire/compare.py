#!/usr/bin/env python3
"""Compares a run's trace with a packet capture of the same run.

    benches/wire/compare.py CAPTURE PORT TRACE [--json]

CAPTURE is what `tcpdump -i lo -w CAPTURE --time-stamp-precision=nano -s 256
'tcp port PORT'` wrote (libpcap's format, either byte order, Ethernet, IPv4),
TRACE what `sesbench run --trace` wrote. Each session of the trace is paired
with its connection, each phase of it with its packets, in order. A difference
is the time in the trace minus the time between packets, in microseconds. It is
an error when a phase has no packets, or packets have no phase.

What a phase is in packets (a reply: its last packet before the client goes on):

    connect     SYN to SYN-ACK
    banner      SYN-ACK (wrapper: the client's last handshake packet) to the 220
    tls         ClientHello to the client's Finished (TLS 1.3)
    body        the 354 to the last packet of content
    accept      the last packet of content to the reply
    body+accept the 354 to the reply after the dot
    any other   the command to its reply

Only Python's standard library.
"""

import json
import struct
import sys
from collections import namedtuple

Packet = namedtuple("Packet", "at from_client flags seq length head")
SYN = 0x02
# TLS 1.3: a record with an alert, its content type and its tag.
CLOSE_NOTIFY = b"\x17\x03\x03\x00\x13"


class Mismatch(Exception):
    """Trace and capture are not of the same run."""


def packets(path, port):
    """Every TCP packet of that server port, with the client's port."""
    with open(path, "rb") as file:
        data = file.read()
    magic = data[:4]
    order, unit = {
        b"\x4d\x3c\xb2\xa1": ("<", 1),
        b"\xa1\xb2\x3c\x4d": (">", 1),
        b"\xd4\xc3\xb2\xa1": ("<", 1000),
        b"\xa1\xb2\xc3\xd4": (">", 1000),
    }.get(magic) or sys.exit(f"error: {path}: not a capture in libpcap's format")
    link = struct.unpack(order + "I", data[20:24])[0] & 0xFFFF
    if link != 1:
        sys.exit(f"error: {path}: link type {link}, expected 1 (Ethernet, as on Linux's lo)")
    offset = 24
    while offset + 16 <= len(data):
        seconds, fraction, captured, _ = struct.unpack(order + "IIII", data[offset : offset + 16])
        frame = data[offset + 16 : offset + 16 + captured]
        offset += 16 + captured
        if frame[12:14] != b"\x08\x00" or frame[23] != 6:
            continue
        ip_length = (frame[14] & 15) * 4
        total = struct.unpack(">H", frame[16:18])[0]
        tcp = frame[14 + ip_length :]
        source, destination, seq = struct.unpack(">HHI", tcp[:8])
        header = (tcp[12] >> 4) * 4
        if port not in (source, destination):
            continue
        from_client = destination == port
        yield source if from_client else destination, Packet(
            seconds * 1_000_000_000 + fraction * unit,
            from_client,
            tcp[13],
            seq,
            # Segmentation offload leaves 0 where a packet is longer than the field can say.
            (total - ip_length - header) if total else captured - 14 - ip_length - header,
            tcp[header:],
        )


class Connection:
    """Packets of one connection: its handshake, and the turns both sides take."""

    def __init__(self, syn):
        self.syn = syn.at
        self.syn_ack = None
        self.turns = []
        self.seen = {}

    def add(self, packet):
        if packet.flags & SYN:
            self.syn_ack = self.syn_ack or packet.at
            return
        if packet.length <= 0:
            return
        end = (packet.seq + packet.length) & 0xFFFFFFFF
        before = self.seen.get(packet.from_client)
        if before is not None and (end - before) & 0xFFFFFFFF >= 0x80000000 or end == before:
            return  # sent again
        self.seen[packet.from_client] = end
        if not self.turns or (packet.from_client and self.turns[-1].server_last is not None):
            self.turns.append(Turn())
        self.turns[-1].add(packet)


class Turn:
    """What the client sent at once, and what the server answered."""

    def __init__(self):
        self.client_first = self.client_last = self.server_last = None
        self.command = self.reply = b""

    def add(self, packet):
        if packet.from_client:
            self.client_first = self.client_first or packet.at
            self.client_last = packet.at
            self.command = self.command or packet.head
        else:
            self.server_last = packet.at
            self.reply = self.reply or packet.head


def connections(path, port):
    """In the order in which they were begun."""
    by_client, all_of_them = {}, []
    for client, packet in packets(path, port):
        if packet.flags & SYN and packet.from_client:
            if client in by_client and not by_client[client].turns:
                continue  # the SYN, sent again
            by_client[client] = Connection(packet)
            all_of_them.append(by_client[client])
        elif client in by_client:
            by_client[client].add(packet)
    return all_of_them


def sessions(path):
    """Of the trace: each with its banner and its phases, in order."""
    open_by_slot, all_of_them = {}, []
    with open(path) as file:
        for line in file:
            event = json.loads(line)
            kind, slot = event["event"], event.get("slot")
            if kind == "session_opening":
                open_by_slot[slot] = {"banner": None, "phases": [], "cut": False}
                all_of_them.append(open_by_slot[slot])
            elif kind == "replied" and event.get("phase") == "banner":
                open_by_slot[slot]["banner"] = event["text"]
            elif kind == "phase_ended" and slot in open_by_slot:
                if event["phase"] != "resolve":
                    open_by_slot[slot]["phases"].append((event["phase"], event["took_ns"]))
            elif kind == "session_ended" and slot in open_by_slot:
                # Whatever was under way then has packets and no phase.
                open_by_slot[slot]["cut"] = "outcome" in event
    return all_of_them


def paired(in_trace, on_wire):
    """Each session with its connection: by the banner, which differs between
    sessions of the mock, or where TLS hides it by the order of their beginning.
    The connection by which the run finds out whether it can begin is no session."""
    by_banner = {}
    for connection in on_wire:
        reply = connection.turns[0].reply if connection.turns else b""
        if reply.startswith(b"220 "):
            by_banner.setdefault(reply[4:].split(b"\r")[0].decode(), connection)
    # One that was cut before its banner can't be known by it.
    with_phases = [session for session in in_trace if session["banner"] or not session["cut"]]
    if all(session["banner"] in by_banner for session in with_phases):
        return [(session, by_banner[session["banner"]]) for session in with_phases]
    if len(on_wire) < len(in_trace):
        raise Mismatch(f"{len(in_trace)} sessions in the trace, {len(on_wire)} connections captured")
    return list(zip(in_trace, on_wire[len(on_wire) - len(in_trace) :]))


VERBS = {
    b"EHLO": "ehlo", b"HELO": "ehlo", b"STAR": "starttls", b"AUTH": "auth", b"MAIL": "mail",
    b"RCPT": "rcpt", b"DATA": "data", b"RSET": "rset", b"QUIT": "quit",
}  # fmt: skip


class Wire:
    """Walks a connection's turns as the phases of its session ask for them."""

    def __init__(self, connection):
        self.connection = connection
        self.turns = iter(connection.turns)
        self.last = None
        self.encrypted = False
        self.content = None

    def next(self):
        self.last = next(self.turns, None)
        if self.last is None:
            raise Mismatch("it has no packets")
        return self.last

    def took(self, phase):
        """How long a phase took between packets, in ns; None where packets can't show it."""
        if phase == "connect":
            if self.connection.syn_ack is None:
                raise Mismatch("it has no SYN-ACK")
            return self.connection.syn_ack - self.connection.syn
        if phase == "banner":
            if self.encrypted:
                # Tickets and the 220 follow the client's Finished.
                return self.last.server_last - self.last.client_last
            return self.next().server_last - self.connection.syn_ack
        if phase == "tls":
            hello = self.next()
            self.encrypted = True
            finished = self.next()
            return finished.client_first - hello.client_first
        if phase == "ehlo_tls" and self.last.server_last is None:
            raise Mismatch("its reply was not captured")
        if phase == "body":
            start = self.last.server_last
            self.content = self.next()
            return self.content.client_last - start
        if phase == "accept":
            return self.answered(self.content) - self.content.client_last
        if phase == "ehlo_tls" and self.last.client_first != self.last.client_last:
            # Finished and EHLO left before the server sent anything.
            return self.answered(self.last) - self.last.client_last
        turn = self.next()
        if not self.encrypted and VERBS.get(turn.command[:4]) != phase:
            raise Mismatch(f"the client sent {turn.command[:20]!r}")
        return self.answered(turn) - turn.client_first

    @staticmethod
    def answered(turn):
        if turn.server_last is None:
            raise Mismatch("its reply was not captured")
        return turn.server_last


def compare(capture, port, trace):
    """Differences by phase, in microseconds, and how long it took in the trace and on the wire."""
    in_trace = sessions(trace)
    if not in_trace:
        raise Mismatch("no session in the trace")
    differences, wire_us, trace_us = {}, {}, {}
    for number, (session, connection) in enumerate(paired(in_trace, connections(capture, port))):
        wire = Wire(connection)
        body = None
        for phase, took in session["phases"]:
            try:
                between = wire.took(phase)
            except Mismatch as mismatch:
                raise Mismatch(f"session {number}, {phase}: {mismatch}") from None
            both = [(phase, took, between)]
            if phase == "body":
                body = (took, between)
            if phase == "accept":
                both.append(("body+accept", took + body[0], between + body[1]))
            for name, of_trace, of_wire in both:
                trace_us.setdefault(name, []).append(of_trace / 1e3)
                wire_us.setdefault(name, []).append(of_wire / 1e3)
                differences.setdefault(name, []).append((of_trace - of_wire) / 1e3)
        left = list(wire.turns)
        if left and left[-1].command.startswith(CLOSE_NOTIFY):
            left.pop()
        if left and not session["cut"]:
            raise Mismatch(f"session {number}: {left[0].command[:20]!r} has no phase in the trace")
    return differences, wire_us, trace_us


def quantile(values, q):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def summary(differences, wire_us, trace_us):
    """What is reported of each phase."""
    return {
        phase: {
            "count": len(values),
            "trace_p50_us": quantile(trace_us[phase], 0.5),
            "wire_p50_us": quantile(wire_us[phase], 0.5),
            "not_shorter": sum(value >= 0 for value in values) / len(values),
            **{f"p{p}_us": quantile(values, p / 100) for p in (1, 50, 90, 99)},
            "max_us": max(values),
        }
        for phase, values in differences.items()
    }


def main():
    words = [word for word in sys.argv[1:] if word != "--json"]
    if len(words) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    try:
        report = summary(*compare(words[0], int(words[1]), words[2]))
    except Mismatch as mismatch:
        sys.exit(f"error: trace and capture differ: {mismatch}")
    if "--json" in sys.argv:
        print(json.dumps(report))
        return
    print("phase         count   trace p50  wire p50 | difference, us: p1      p50      p90      p99      max")
    for phase, row in report.items():
        print(
            f"{phase:12} {row['count']:6} {row['trace_p50_us']:11.1f} {row['wire_p50_us']:9.1f} |"
            f" {row['p1_us']:18.1f} {row['p50_us']:8.1f} {row['p90_us']:8.1f} {row['p99_us']:8.1f}"
            f" {row['max_us']:8.1f}"
        )


if __name__ == "__main__":
    main()
