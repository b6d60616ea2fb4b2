// Writes datagrams as a capture file, which Wireshark and tshark open.

/** A datagram; the ends are IPv4 addresses as `host:port`. */
export interface Datagram {
  /** When it left, in milliseconds since 1970 began. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
}

const fileHeaderLength = 24;
const packetHeaderLength = 16;
const ipHeaderLength = 20;
const udpHeaderLength = 8;

const magic = 0xa1b2c3d4;
/** Packets begin with their IP header: LINKTYPE_RAW. */
const rawIp = 101;
const maxPacketLength = 65_535;
const dontFragment = 0x4000;
const udp = 17;

/**
 * A capture file in the classic format of libpcap. The payloads, addresses, ports and times are those
 * of the datagrams; the other fields of the IP and UDP headers are not known, and are made up.
 */
export function pcapOf(datagrams: readonly Datagram[]): Uint8Array<ArrayBuffer> {
  const overhead = packetHeaderLength + ipHeaderLength + udpHeaderLength;
  const length = datagrams.reduce((sum, { bytes }) => sum + overhead + bytes.length, 0);
  const file = new Uint8Array(fileHeaderLength + length);
  const view = new DataView(file.buffer);
  view.setUint32(0, magic);
  view.setUint16(4, 2);
  view.setUint16(6, 4);
  view.setUint32(16, maxPacketLength);
  view.setUint32(20, rawIp);
  let at = fileHeaderLength;
  for (const datagram of datagrams) {
    const packet = packetOf(datagram);
    const microseconds = Math.round(datagram.at * 1000);
    view.setUint32(at, Math.floor(microseconds / 1e6));
    view.setUint32(at + 4, microseconds % 1e6);
    view.setUint32(at + 8, packet.length);
    view.setUint32(at + 12, packet.length);
    file.set(packet, at + packetHeaderLength);
    at += packetHeaderLength + packet.length;
  }
  return file;
}

function packetOf({ from, to, bytes }: Datagram): Uint8Array {
  const packet = new Uint8Array(ipHeaderLength + udpHeaderLength + bytes.length);
  const view = new DataView(packet.buffer);
  const [source, target] = [addressOf(from), addressOf(to)];
  view.setUint8(0, 0x45);
  view.setUint16(2, packet.length);
  view.setUint16(6, dontFragment);
  view.setUint8(8, 64);
  view.setUint8(9, udp);
  packet.set(source.host, 12);
  packet.set(target.host, 16);
  view.setUint16(10, checksum(packet.subarray(0, ipHeaderLength)));
  view.setUint16(20, source.port);
  view.setUint16(22, target.port);
  // A checksum of 0 says that there is none.
  view.setUint16(24, udpHeaderLength + bytes.length);
  packet.set(bytes, ipHeaderLength + udpHeaderLength);
  return packet;
}

function addressOf(end: string): { readonly host: readonly number[]; readonly port: number } {
  const colon = end.lastIndexOf(':');
  const host = end.slice(0, colon).split('.').map(Number);
  return { host, port: Number(end.slice(colon + 1)) };
}

/** RFC 1071. */
function checksum(header: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += (header[at]! << 8) | header[at + 1]!;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
