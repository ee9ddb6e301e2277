/**
 * Why a payload, or a part of it, cannot be used: every code that decode and normalise give, with its meaning. Codes are
 * stable; details are for people.
 */
export const PAYLOAD_CODES = {
  'payload.empty': 'no bytes, or nothing measured in them',
  'payload.tooLarge': 'more bytes than any payload of the format has',
  'payload.notHex': 'text where a binary frame or its hex digits were expected, or an odd number of digits',
  'payload.notUtf8': 'bytes that are no UTF-8 text',
  'payload.notJson': 'text that is no JSON',
  'payload.truncated': 'ends before what its layout or its own length field announces',
  'payload.malformed': 'another shape, or a value of another type, than the format has',
  'payload.identity': 'an IMEI, IMSI or device id that is not the right number of decimal digits',
  'payload.unsupportedVersion': 'a version, device type or model that the format is known to have, but is not decoded',
  'payload.unsupportedField': 'a SenML label that must be understood and is not',
  'payload.unknownQuantity': 'a quantity that is not known; the others are kept',
  'payload.historyMalformed': 'history rows that cannot be trusted; the rest is kept',
  'payload.historyTooLong': 'more rows than are read; the first ones are kept',
  'radio.impossible': 'a signal level that cannot be, such as a positive RSRP; the reading is kept',
  'value.impossible': 'a value that cannot be true of its quantity; the others are kept',
  'value.unit': 'a unit that is not one of the quantity; the other values are kept',
  'time.malformed': 'a time that is none; the values of now are kept, a history row is not',
} as const;

export type PayloadCode = keyof typeof PAYLOAD_CODES;
