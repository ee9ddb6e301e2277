/** A PUBLISH packet from the broker. */
export interface PublishPacket {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  /** 0 with QoS 0. */
  readonly messageId: number;
  readonly dup: boolean;
  readonly retain: boolean;
  /** A view of the frame. */
  readonly payload: Buffer;
}

const PUBLISH = 3;

export function isPublish(frame: Buffer): boolean {
  return (frame[0] ?? 0) >> 4 === PUBLISH;
}

/**
 * Reads a whole PUBLISH packet (MQTT 3.1.1, section 3.3); null if it is malformed. Every uplink comes this way, and the general
 * parser of mqtt-packet takes several times as long.
 */
export function readPublish(frame: Buffer): PublishPacket | null {
  const flags = frame[0] ?? 0;
  const qos = (flags >> 1) & 3;
  let at = 1;
  while ((frame[at] ?? 0) > 127) at += 1;
  at += 1;
  const idBytes = qos > 0 ? 2 : 0;
  if (qos === 3 || frame.length < at + 2) return null;
  const topicEnd = at + 2 + frame.readUInt16BE(at);
  if (frame.length < topicEnd + idBytes) return null;
  const messageId = qos > 0 ? frame.readUInt16BE(topicEnd) : 0;
  if (qos > 0 && messageId === 0) return null;
  return {
    topic: frame.toString('utf8', at + 2, topicEnd),
    qos: qos as PublishPacket['qos'],
    messageId,
    dup: (flags & 8) !== 0,
    retain: (flags & 1) !== 0,
    payload: frame.subarray(topicEnd + idBytes),
  };
}
