import type { Example } from '../../format.ts';

/** NB-IoT frames. */
export const frameExamples: readonly Example[] = [
  {
    id: 'milesight-em400-nb-frame',
    encoding: 'hex',
    payload:
      '020001005f00000001303130313031313036373439443139303534363930303331383638353038303630303030313734343630303433303030303030303138383938363034313030303030303030303030313909000e01756403670b0104823b01050001',
    expected: {
      start: 2,
      id: 1,
      length: 95,
      flag: 0,
      frame_count: 0,
      protocol_version: 1,
      fw: '0101',
      hw: '0110',
      sn: '6749D19054690031',
      imei: '868508060000174',
      imsi: '460043000000018',
      iccid: '89860410000000000019',
      csq: 9,
      data_length: 14,
      battery_pct: 100,
      temperature_c: 26.7,
      distance_mm: 315,
      position: 'tilt',
    },
    source: 'Milesight-IoT/SensorDecoders@e79c9d8b em-series/em400-udl/README.md (same sample in em400-mud, em400-tld)',
    notes:
      'Also a unit test in tago-io/decoders (em400-mud-nb-iot). length counts the bytes after the length field. The sample ICCID does not pass a Luhn check; the IMEI does.',
  },
];

/** TLV data alone. */
export const tlvExamples: readonly Example[] = [
  {
    id: 'milesight-em400-alarms',
    encoding: 'hex',
    payload: '8367e800018482410601',
    expected: { temperature_c: 23.2, temperature_alarm: 1, distance_mm: 1601, distance_alarm: 1 },
    source: 'Milesight-IoT/SensorDecoders@e79c9d8b em-series/em400-mud/README.md',
  },
  {
    id: 'milesight-em400-basic-info',
    encoding: 'hex',
    payload: 'ff0bffff0101ff166329c42503920003ff090100ff0a0101ff0f00',
    expected: { power_on: true, protocol_version: 1, sn: '6329c42503920003', hw: 'v1.0', fw: 'v1.1', lorawan_class: 0 },
    source: 'https://www.easymanua.ls/milesight/em400-mud/manual?p=19',
    notes: 'Boot announcement; no measurement inside: must produce a lifecycle event, not a reading.',
  },
  {
    id: 'milesight-em310-udl',
    encoding: 'hex',
    payload: '01755c03824408040001',
    expected: { battery_pct: 92, distance_mm: 2116, position: 'tilt' },
    source: 'thingsboard/data-converters@a1d44af8 VENDORS/Milesight/EM310-UDL/LORIOT/uplink/payload.json, result.json',
    notes:
      'Same TLV types on other channel numbers (distance on channel 3, position on 4): the channel map belongs to the model.',
  },
  {
    id: 'milesight-em400-nb-gnss',
    encoding: 'hex',
    payload: '050001068873c177019cff080722',
    expected: { position: 'tilt', lat: 24.625523, lon: 118.030236, motion_status: 2, geofence_status: 2 },
    source:
      'https://www.easymanua.ls/milesight/em400-mud/manual?p=24 ; https://www.manualslib.com/manual/3157262/Milesight-Em400-Mud.html?page=25',
    notes:
      'Order is latitude then longitude (two vendor READMEs name them in the wrong order). Status 0x22: low nibble 2 = moving, high nibble 2 = geofence unset.',
  },
  {
    id: 'milesight-em410-basic-info',
    encoding: 'hex',
    payload: 'ff0bffff0101fffeffff166862e21141780013ff090100ff0a0101ff0f00ffff0100',
    expected: {
      power_on: true,
      protocol_version: 1,
      reset: true,
      sn: '6862e21141780013',
      hw: 'v1.0',
      fw: 'v1.1',
      tsl: 'v1.0',
    },
    source: 'thingsboard/data-converters@a1d44af8 VENDORS/Milesight/EM410-RDL/LORIOT/uplink/payload.json, result.json',
  },
  {
    id: 'milesight-em400-nb-distance-alarm',
    encoding: 'hex',
    payload: '8482330701',
    expected: { distance_mm: 1843, distance_alarm: 1 },
    source: 'https://www.manualslib.com/manual/3157262/Milesight-Em400-Mud.html?page=25',
  },
];
