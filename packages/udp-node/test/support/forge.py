"""Sends datagrams in the name of others, through a raw socket: one for each line of JSON that comes in."""

import json
import socket
import struct
import sys

raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
for line in sys.stdin:
    forged = json.loads(line)
    payload = forged["text"].encode()
    source, target = (socket.inet_aton(forged[end]["host"]) for end in ("from", "to"))
    # A checksum of 0 says that there is none; the system fills in that of the IP header.
    udp = struct.pack("!4H", forged["from"]["port"], forged["to"]["port"], 8 + len(payload), 0)
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 28 + len(payload), 0, 0, 64, socket.IPPROTO_UDP, 0)
    raw.sendto(ip + source + target + udp + payload, (forged["to"]["host"], 0))
