import fc from 'fast-check';
import mqttPacket, { type IPublishPacket } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { isPublish, readPublish } from './publish-packet.ts';

const qos = fc.constantFrom<0 | 1 | 2>(0, 1, 2);
const arbitrary = fc.record({
  topic: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }).filter((text) => !text.includes('\u0000')),
  payload: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  messageId: fc.integer({ min: 1, max: 65_535 }),
  dup: fc.boolean(),
  retain: fc.boolean(),
});

describe('a PUBLISH packet', () => {
  it('is read as it was written, and cut short anywhere in its head it is malformed', () => {
    fc.assert(
      fc.property(arbitrary, qos, (fields, qos) => {
        const packet: IPublishPacket = { cmd: 'publish', ...fields, qos, dup: fields.dup && qos > 0 };
        const frame = mqttPacket.generate(packet);
        const { topic, messageId, retain, payload } = fields;
        expect(isPublish(frame)).toBe(true);
        const expected = { topic, qos, messageId: qos > 0 ? messageId : 0, dup: packet.dup, retain, payload };
        expect(readPublish(frame)).toEqual(expected);
        const head = frame.length - payload.length;
        for (let length = 1; length < head; length++) expect(readPublish(frame.subarray(0, length))).toBeNull();
      }),
    );
  });

  it.each([
    ['QoS 3', [0x36, 5, 0, 1, 0x61, 0, 1]],
    ['packet id 0', [0x32, 5, 0, 1, 0x61, 0, 0]],
    ['no body', [0x30, 0]],
  ])('with %s is malformed', (_, bytes) => {
    expect(readPublish(Buffer.from(bytes))).toBeNull();
  });
});
