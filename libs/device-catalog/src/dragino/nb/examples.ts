import type { Example } from '../../format.ts';

/** Firmware 1.0: 14 bytes. */
export const v0Examples: readonly Example[] = [
  {
    id: 'dragino-ndds75-v100',
    encoding: 'hex',
    payload: '41105000005800640cd1070a1600',
    expected: {
      device_id_suffix: '411050000058',
      version_raw: 100,
      battery_mv: 3281,
      csq: 7,
      distance_mm: 2582,
      interrupt: 0,
    },
    source: 'https://docs.iotcreators.com/v2.1/docs/dragino-distance-detection-sensor-ndds75',
    notes:
      '14-byte oldest layout: device id 6 B = last 12 digits of the IMEI (868411050000058 in the envelope), version 2, battery 2, signal 1, distance 2, interrupt 1. No timestamp.',
  },
];

/** Firmware 1.2: 19 bytes. */
export const v02Examples: readonly Example[] = [
  {
    id: 'dragino-ndds75-v120',
    encoding: 'hex',
    payload: '41105675203300780d130401048e0062710848',
    expected: {
      device_id_suffix: '411056752033',
      version_raw: 120,
      battery_mv: 3347,
      csq: 4,
      mod: 1,
      distance_mm: 1166,
      interrupt: 0,
      timestamp: 1651574856,
    },
    source: 'tago-io/decoders@dbdd65e2 decoders/connector/dragino/ndds75/v1.0.0/payload.js (comment + Decoder_120)',
    notes: '19-byte layout: in this generation distance stands before interrupt, the reverse of later firmware.',
  },
];

/** Firmware 1.3 and later: IMEI, clock, history. */
export const v1Examples: readonly Example[] = [
  {
    id: 'dragino-ndds75-clock-zero',
    encoding: 'hex',
    payload:
      'f86778705000003700980cf501010002d30000000002cf6642d0a202d566429bf602d666427fc202d2664263b802d36642479802d366422b7602d466420f5802d06641f339',
    expected: { imei: '867787050000037', battery_mv: 3317, csq: 1, distance_mm: 723, timestamp: 0, history_count: 8 },
    source: 'WimObiwan/IotRouter@a027429c Documentation/NDDS75 data.txt',
    notes:
      'Main timestamp is 0 (clock not set at uplink time) while the history rows carry valid times: use arrival time for the main sample, device time for the history.',
  },
  {
    id: 'dragino-ndds75-8hist',
    encoding: 'hex',
    payload:
      'f86778705000002900980d1607010002e8655683d402e865567e8402e76556707402e76556626402e86556545402e76556464502e76556383502e765562a2502e765561c15',
    expected: {
      imei: '867787050000029',
      version_raw: 152,
      fw: '1.5.2',
      battery_mv: 3350,
      csq: 7,
      mod: 1,
      interrupt: 0,
      distance_mm: 744,
      timestamp: 1700168660,
      history_count: 8,
      history: [
        { distance_mm: 744, timestamp: 1700167300 },
        { distance_mm: 743, timestamp: 1700163700 },
        { distance_mm: 743, timestamp: 1700160100 },
        { distance_mm: 744, timestamp: 1700156500 },
        { distance_mm: 743, timestamp: 1700152901 },
        { distance_mm: 743, timestamp: 1700149301 },
        { distance_mm: 743, timestamp: 1700145701 },
        { distance_mm: 743, timestamp: 1700142101 },
      ],
    },
    source: 'WimObiwan/IotRouter@a027429c IotRouterTests/NDDS75Test.cs; Documentation/NDDS75 data.txt',
    notes:
      'Source test asserts distance 744, battery 3.350 V. It also asserts an RSSI of -97 dBm computed by a formula that is 2 dB off the CSQ table; keep the raw CSQ 7. Field split is in the data.txt file.',
  },
  {
    id: 'dragino-ndds75-clock-future',
    encoding: 'hex',
    payload:
      'f86778705000002900980ce1090100030c64c7969c030cac165b00030aac165b0002e664b0786502ea64b074e102ea64b0715d02e964b06dd902ea64b06a5502e964b066d1',
    expected: {
      imei: '867787050000029',
      battery_mv: 3297,
      csq: 9,
      distance_mm: 780,
      timestamp: 1690801820,
      history_count: 8,
    },
    source: 'WimObiwan/IotRouter@a027429c IotRouter/Parsers/DraginoUdp.cs (comment)',
    notes:
      'The first two history rows carry timestamp 0xAC165B00 = 2061-06-28T01:04:00Z: a far-future clock that must not be written to the database as is.',
  },
  {
    id: 'dragino-ndds75-retransmission',
    encoding: 'hex',
    payload:
      'f86778705000003700980ce602010007e86a0eaef907e86a0eaecc07e66a0e92ac07e36a0e768c07e66a0e5a6c07ea6a0e3e4c07ef6a0e222c07f26a0e060a07f06a0de74f',
    expected: {
      imei: '867787050000037',
      battery_mv: 3302,
      csq: 2,
      distance_mm: 2024,
      timestamp: 1779347193,
      history_count: 8,
    },
    source:
      'WimObiwan/IotRouter@a027429c IotRouterTests/Sample data.txt (two lines, 09:06:47.797258 and 09:07:17.435706 +02:00)',
    notes: 'The identical datagram arrived twice, 29.6 s apart (CSQ 2). Ingest must yield one set of readings.',
  },
  {
    id: 'dragino-ndds75-single',
    encoding: 'hex',
    payload: 'f86778705000001100840cf41e010000396315537b',
    expected: {
      imei: '867787050000011',
      version_raw: 132,
      battery_mv: 3316,
      csq: 30,
      mod: 1,
      interrupt: 0,
      distance_mm: 57,
      timestamp: 1662342011,
      history_count: 0,
    },
    source: 'akenza-io/device-type-library@0c405d3d types/dragino/ndds75/uplink.spec.js',
    notes:
      'The source asserts distance, version, signal, mod, interrupt, battery voltage; the timestamp comes from the layout in the same source. 57 mm lies below the 280 mm minimum range of the sensor: a plausible range filter must flag it.',
  },
];

/** DDS75-NB and later: IMSI besides. */
export const v2Examples: readonly Example[] = [
  {
    id: 'dragino-dds75nb-3',
    encoding: 'hex',
    payload:
      'f860631070000089f90140500000000909840e220b01000005176a1058c504cf69fec4e704d069fea68404cf69fe8a6404cf69fe6e4404d069fe522404d169fe360404d069fe19e404c869fdfdc4',
    expected: {
      imei: '860631070000089',
      imsi: '901405000000009',
      model_code: 9,
      battery_mv: 3618,
      csq: 11,
      mod: 1,
      distance_mm: 1303,
      timestamp: 1779456197,
      history_count: 8,
    },
    source: 'WimObiwan/IotRouter@a027429c IotRouterTests/DDS75NBTest.cs',
    notes:
      'History rows are 13 days older than the main sample and repeat unchanged in every later uplink: deduplicate on (device, timestamp).',
  },
  {
    id: 'dragino-dds75nb-clock-invalid',
    encoding: 'hex',
    payload:
      'f860631070000089f90140500000000909840e180b01000002a800000000ff02a869f106f302a869f0ead3029b69f0ceb3029369f0b293027e69f09670027d69f07a53027d69f05e33027a69f04213',
    expected: { imei: '860631070000089', battery_mv: 3608, csq: 11, distance_mm: 680, timestamp: 0 },
    source: 'WimObiwan/IotRouter@a027429c IotRouterTests/DDS75NBTest.cs (InvalidTimestampFallsBackToReportTimestamp)',
    notes:
      'Source test expects the device timestamp to be rejected and the envelope arrival time 1777403647000 ms to be used instead. The published sample is one byte longer than a regular frame (30+6n), so every history row is shifted: keep the head, drop the history as malformed.',
  },
  {
    id: 'dragino-dds75nb-1',
    encoding: 'hex',
    payload:
      'f861275070000068f90140500000000709820e3909010000010168c1bceb000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000',
    expected: {
      imei: '861275070000068',
      imsi: '901405000000007',
      model_code: 9,
      battery_mv: 3641,
      csq: 9,
      mod: 1,
      distance_mm: 257,
      timestamp: 1757527275,
      history_count: 8,
    },
    source: 'WimObiwan/IotRouter@a027429c IotRouterTests/DDS75NBTest.cs',
    notes:
      'All eight history rows are zero (just booted): timestamp 0 + distance 0 means an empty slot, not a reading.',
  },
];

/** "General JSON" mode. */
export const jsonExamples: readonly Example[] = [
  {
    id: 'dragino-sn50v3-json-iso',
    encoding: 'json',
    payload:
      '{"IMEI":"333440000138777","IMSI":"345600000001267","Model":"SN50V3-CB","mod":1,"battery":3.21,"signal":20,"time":"2024-12-09T09:35:21Z","latitude":0.000000,"longitude":0.000000,"gps_time":"1970-01-01T00:00:00Z","DS18B20_Temp":25.6,"digital_in":0,"interrupt":0,"interrupt_level":0,"adc1":0,"temperature":25.5,"humidity":51.8,"1":[24.4,52.3,0,25.0,"2024-12-09T09:17:50Z"],"2":[24.0,52.5,0,25.5,"2024-12-09T09:02:50Z"],"3":[23.8,53.1,1,25.8,"2024-12-09T08:47:50Z"],"4":[204.8,1.0,0,0.4,"2024-12-09T07:47:05Z"],"5":[204.8,1.0,0,0.4,"2024-12-09T07:32:05Z"],"6":[23.3,54.2,0,0.4,"2024-12-09T06:09:17Z"],"7":[23.1,53.9,0,0.4,"2024-12-09T05:54:17Z"],"8":[22.5,54.8,0,0.4,"2024-12-09T05:39:17Z"]}',
    expected: {
      imei: '333440000138777',
      model: 'SN50V3-CB',
      mod: 1,
      battery_v: 3.21,
      csq: 20,
      time: '2024-12-09T09:35:21Z',
      latitude: 0,
      longitude: 0,
      gps_time: '1970-01-01T00:00:00Z',
      temperature: 25.5,
      humidity: 51.8,
      history_count: 8,
    },
    source: 'tago-io/decoders@dbdd65e2 decoders/connector/dragino/sn50v3-cb/v1.0.0/payload.test.ts',
    notes: 'No GNSS fix appears as 0,0 with gps_time 1970; rows 4 and 5 hold 204.8 degrees / 1.0 % = failed SHT read.',
  },
  {
    id: 'dragino-sn50v3-json-2000epoch',
    encoding: 'json',
    payload:
      '{"1":[0,0,1,-409.5,"2000/01/01 07:14:11"],"2":[0,0,1,-409.5,"2000/01/01 06:59:11"],"3":[0,0,2,-409.5,"2000/01/01 06:44:11"],"4":[0,0,1,-409.5,"2000/01/01 06:29:11"],"5":[0,0,2,-409.5,"2000/01/01 06:14:11"],"6":[0,0,1,-409.5,"2000/01/01 05:59:11"],"7":[0,0,1,-409.5,"2000/01/01 05:44:11"],"8":[0,0,1,-409.5,"2000/01/01 05:29:11"],"IMEI":"111222330000114","IMSI":"123456000000012","Model":"SN50V3-NB","mod":1,"battery":3.59,"signal":26,"time":"2000/01/01 00:54:34","DS18B20_Temp":-409.5,"digital_in":0,"interrupt":0,"interrupt_level":0,"adc1":2,"temperature":0,"humidity":0}',
    expected: {
      imei: '111222330000114',
      imsi: '123456000000012',
      model: 'SN50V3-NB',
      mod: 1,
      battery_v: 3.59,
      csq: 26,
      time: '2000/01/01 00:54:34',
      DS18B20_Temp: -409.5,
      temperature: 0,
      humidity: 0,
      adc1: 2,
      history_count: 8,
    },
    source: 'tago-io/decoders@dbdd65e2 decoders/connector/dragino/sn50v3-cb/v1.0.0/payload.test.ts',
    notes:
      'Clock stands at 2000-01-01 (unsynchronised RTC); history rows are LATER than the main time. -409.5 is the no-sensor sentinel of the DS18B20 channel. Test IMEI fails the Luhn check.',
  },
  {
    id: 'dragino-sn50v3-json-mod8',
    encoding: 'json',
    payload:
      '{"IMEI": "222330000114666","IMSI": "234560000000126","Model": "DTN-300-FSN7-DC","mod": 8,"battery": 3.60,"signal": 24,"time": "2025/03/15 16:55:01","adc2": 2,"DS18B20_Temp": -409.5,"interrupt": 0,"interrupt_level": 0,"interrupt_pa4": 0,"interrupt_level_pa4": 0,"interrupt_pa8": 0,"interrupt_level_pa8": 0}',
    expected: {
      imei: '222330000114666',
      model: 'DTN-300-FSN7-DC',
      mod: 8,
      battery_v: 3.6,
      csq: 24,
      time: '2025/03/15 16:55:01',
      adc2: 2,
      DS18B20_Temp: -409.5,
      history_count: 0,
    },
    source: 'tago-io/decoders@dbdd65e2 decoders/connector/dragino/sn50v3-cb/v1.0.0/payload.test.ts',
    notes: 'Same firmware family under another model name: never key the decoder on Model alone.',
  },
  {
    id: 'dragino-dds45nb-not-json',
    encoding: 'json',
    payload:
      '{"IMEI": "866207050000045","Model":"DDS45-NB","distance":217,"battery":3.54,"signal":24,"1":{221,2023/09/20 09:47:01},"2":{0,2023/09/20 09:15:04},"3":{0,2023/09/20 09:00:04},"4":{0,2023/09/20 08:45:03},"5":{0,2023/09/20 08:30:03},"6":{0,2023/09/20 08:15:03},"7":{0,2023/09/20 08:00:04},"8":{0,2023/09/20 07:45:04}}',
    expected: {
      imei: '866207050000045',
      model: 'DDS45-NB',
      distance: 217,
      battery_v: 3.54,
      csq: 24,
      history_count: 8,
      history: [
        { values: [221], time: '2023/09/20 09:47:01' },
        { values: [0], time: '2023/09/20 09:15:04' },
        { values: [0], time: '2023/09/20 09:00:04' },
        { values: [0], time: '2023/09/20 08:45:03' },
        { values: [0], time: '2023/09/20 08:30:03' },
        { values: [0], time: '2023/09/20 08:15:03' },
        { values: [0], time: '2023/09/20 08:00:04' },
        { values: [0], time: '2023/09/20 07:45:04' },
      ],
    },
    source:
      'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/wiki_test/?rev1=95.2&rev2=88.2&viewer=changes',
    notes: 'Rows in braces and without quotes: not JSON. Seven of the eight rows are no echo.',
  },
  {
    id: 'dragino-s31nb-not-json-bare-words',
    encoding: 'json',
    payload:
      '{"IMEI":866207050000045,"temperature":29.2,"humidity":54.2,"battery":3.27,"signal":24,"Model":DDS45-NB, "1":{28.2,48.3,2023/08/10 08:00:37},"2":{28.1,49.1,2023/08/10 07:57:37},"3":{28.1,48.5,2023/08/10 07:54:37},"4":{28.2,48.6,2023/08/10 07:51:37},"5":{28.1,48.9,2023/08/10 07:48:37},"6":{28.2,48.8,2023/08/10 07:45:37},"7":{28.2,48.8,2023/08/10 07:42:37},"8":{28.0,48.8,2023/08/10 07:39:37}}',
    expected: {
      imei: '866207050000045',
      model: 'DDS45-NB',
      temperature: 29.2,
      humidity: 54.2,
      battery_v: 3.27,
      csq: 24,
      history_count: 8,
    },
    source:
      'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/wiki_test/?rev1=95.2&rev2=88.2&viewer=changes',
    notes:
      'The IMEI as a number and the model as a bare word besides. The wiki gives it under this model although it measures climate.',
  },
];
