import type { Example } from '../../format.ts';

/** The examples of RFC 8428. */
export const rfcExamples: readonly Example[] = [
  {
    id: 'senml-rfc-actuator',
    encoding: 'json',
    payload: '[{"bt":1.320078429e+09,"bu":"/","n":"2001:db8::3","v":1},{"n":"2001:db8::4","v":1}]',
    expected: {
      resolved: [
        { n: '2001:db8::3', u: '/', t: 1320078429, v: 1 },
        { n: '2001:db8::4', u: '/', t: 1320078429, v: 1 },
      ],
    },
    source: 'core-wg/senml-spec@aced339e ex12.json, section 5.1.7 (RFC 8428)',
    notes: 'Unit "/" (ratio 0..1), the unit for an on/off or dimming state.',
  },
  {
    id: 'senml-rfc-two-basenames',
    encoding: 'json',
    payload:
      '[{"bn":"2001:db8::2/","bt":1.320078429e+09,"n":"temperature","u":"Cel","v":25.2},{"n":"humidity","u":"%RH","v":30},{"bn":"2001:db8::1/","n":"temperature","u":"Cel","v":12.3},{"n":"humidity","u":"%RH","v":67}]',
    expected: {
      resolved: [
        { n: '2001:db8::2/temperature', u: 'Cel', t: 1320078429, v: 25.2 },
        { n: '2001:db8::2/humidity', u: '%RH', t: 1320078429, v: 30 },
        { n: '2001:db8::1/temperature', u: 'Cel', t: 1320078429, v: 12.3 },
        { n: '2001:db8::1/humidity', u: '%RH', t: 1320078429, v: 67 },
      ],
    },
    source: 'core-wg/senml-spec@aced339e ex6.json, section 5.1.6 (RFC 8428)',
    notes: 'The base time stays in force when the base name changes.',
  },
  {
    id: 'senml-rfc-basename',
    encoding: 'json',
    payload: '[{"bn":"urn:dev:ow:10e2073a01080063:","n":"voltage","u":"V","v":120.1},{"n":"current","u":"A","v":1.2}]',
    expected: {
      resolved: [
        { n: 'urn:dev:ow:10e2073a01080063:voltage', u: 'V', t: 0, v: 120.1 },
        { n: 'urn:dev:ow:10e2073a01080063:current', u: 'A', t: 0, v: 1.2 },
      ],
    },
    source: 'core-wg/senml-spec@aced339e ex2.json, section 5.1.2 (RFC 8428)',
  },
  {
    id: 'senml-rfc-basetime',
    encoding: 'json',
    payload:
      '[{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},{"n":"current","t":-5,"v":1.2},{"n":"current","t":-4,"v":1.3},{"n":"current","t":-3,"v":1.4},{"n":"current","t":-2,"v":1.5},{"n":"current","t":-1,"v":1.6},{"n":"current","v":1.7}]',
    expected: {
      resolved: [
        { n: 'urn:dev:ow:10e2073a0108006:voltage', u: 'V', t: 1276020076.001, v: 120.1 },
        { n: 'urn:dev:ow:10e2073a0108006:current', u: 'A', t: 1276020071.001, v: 1.2 },
        { n: 'urn:dev:ow:10e2073a0108006:current', u: 'A', t: 1276020072.001, v: 1.3 },
        { n: 'urn:dev:ow:10e2073a0108006:current', u: 'A', t: 1276020073.001, v: 1.4 },
        { n: 'urn:dev:ow:10e2073a0108006:current', u: 'A', t: 1276020074.001, v: 1.5 },
        { n: 'urn:dev:ow:10e2073a0108006:current', u: 'A', t: 1276020075.001, v: 1.6 },
        { n: 'urn:dev:ow:10e2073a0108006:current', u: 'A', t: 1276020076.001, v: 1.7 },
      ],
    },
    source: 'core-wg/senml-spec@aced339e ex3.json, section 5.1.2 (RFC 8428)',
    notes:
      'bver 5 in the example; the default version is 10. Negative offsets to the base time: a batch of history in one message.',
  },
  {
    id: 'senml-rfc-types',
    encoding: 'json',
    payload:
      '[{"bn":"urn:dev:ow:10e2073a01080063:","n":"temp","u":"Cel","v":23.1},{"n":"label","vs":"Machine Room"},{"n":"open","vb":false},{"n":"nfv-reader","vd":"aGkgCg"}]',
    expected: {
      resolved: [
        { n: 'urn:dev:ow:10e2073a01080063:temp', u: 'Cel', t: 0, v: 23.1 },
        { n: 'urn:dev:ow:10e2073a01080063:label', t: 0, vs: 'Machine Room' },
        { n: 'urn:dev:ow:10e2073a01080063:open', t: 0, vb: false },
        { n: 'urn:dev:ow:10e2073a01080063:nfv-reader', t: 0, vd: 'aGkgCg' },
      ],
    },
    source: 'core-wg/senml-spec@aced339e ex7.json, section 5.1.5 (RFC 8428)',
  },
];

/** Lamp, bin and parking space. */
export const ucifiExamples: readonly Example[] = [
  {
    id: 'ucifi-lamp',
    encoding: 'json',
    payload:
      '[{"bn":"urn:dev:imei:490154203237518:","bt":1795255200,"n":"3416/0/3","u":"/100","v":70},{"n":"3416/0/5","vb":false},{"n":"3416/0/7","vb":false},{"n":"3416/0/10","vb":false},{"n":"3416/0/15","u":"h","v":10412},{"n":"3416/0/21","u":"Cel","v":31.5},{"n":"3418/0/1","u":"V","v":231.2},{"n":"3418/0/2","u":"A","v":0.121},{"n":"3418/0/4","u":"W","v":26.9},{"n":"3418/0/5","v":0.96},{"n":"3418/0/6","u":"kWh","v":312.5},{"n":"4/0/2","u":"dBm","v":-97},{"n":"4/0/11","u":"dB","v":7}]',
    expected: {
      resolved: [
        { u: '/100', v: 70, n: 'urn:dev:imei:490154203237518:3416/0/3', t: 1795255200 },
        { vb: false, n: 'urn:dev:imei:490154203237518:3416/0/5', t: 1795255200 },
        { vb: false, n: 'urn:dev:imei:490154203237518:3416/0/7', t: 1795255200 },
        { vb: false, n: 'urn:dev:imei:490154203237518:3416/0/10', t: 1795255200 },
        { u: 'h', v: 10412, n: 'urn:dev:imei:490154203237518:3416/0/15', t: 1795255200 },
        { u: 'Cel', v: 31.5, n: 'urn:dev:imei:490154203237518:3416/0/21', t: 1795255200 },
        { u: 'V', v: 231.2, n: 'urn:dev:imei:490154203237518:3418/0/1', t: 1795255200 },
        { u: 'A', v: 0.121, n: 'urn:dev:imei:490154203237518:3418/0/2', t: 1795255200 },
        { u: 'W', v: 26.9, n: 'urn:dev:imei:490154203237518:3418/0/4', t: 1795255200 },
        { v: 0.96, n: 'urn:dev:imei:490154203237518:3418/0/5', t: 1795255200 },
        { u: 'kWh', v: 312.5, n: 'urn:dev:imei:490154203237518:3418/0/6', t: 1795255200 },
        { u: 'dBm', v: -97, n: 'urn:dev:imei:490154203237518:4/0/2', t: 1795255200 },
        { u: 'dB', v: 7, n: 'urn:dev:imei:490154203237518:4/0/11', t: 1795255200 },
      ],
    },
    source:
      'composed from the object definitions in OpenMobileAlliance/lwm2m-registry@b62ffc2c; no published payload was found',
  },
  {
    id: 'ucifi-bin-with-history',
    encoding: 'json',
    payload:
      '[{"bn":"urn:dev:imei:490154203237518:3435/0/","bt":1795255200,"n":"2","u":"/100","v":57},{"n":"5","vb":false},{"n":"13","vb":false},{"n":"22","vb":false},{"bn":"urn:dev:imei:490154203237518:","n":"3303/0/5700","u":"Cel","v":8.5},{"n":"3429/0/1","u":"rad","v":0.05},{"n":"3411/0/1","u":"/100","v":88},{"n":"3411/0/3","u":"V","v":3.6},{"n":"3435/0/2","u":"/100","t":-3600,"v":55}]',
    expected: {
      resolved: [
        { n: 'urn:dev:imei:490154203237518:3435/0/2', u: '/100', t: 1795255200, v: 57 },
        { n: 'urn:dev:imei:490154203237518:3435/0/5', t: 1795255200, vb: false },
        { n: 'urn:dev:imei:490154203237518:3435/0/13', t: 1795255200, vb: false },
        { n: 'urn:dev:imei:490154203237518:3435/0/22', t: 1795255200, vb: false },
        { n: 'urn:dev:imei:490154203237518:3303/0/5700', u: 'Cel', t: 1795255200, v: 8.5 },
        { n: 'urn:dev:imei:490154203237518:3429/0/1', u: 'rad', t: 1795255200, v: 0.05 },
        { n: 'urn:dev:imei:490154203237518:3411/0/1', u: '/100', t: 1795255200, v: 88 },
        { n: 'urn:dev:imei:490154203237518:3411/0/3', u: 'V', t: 1795255200, v: 3.6 },
        { n: 'urn:dev:imei:490154203237518:3435/0/2', u: '/100', t: 1795251600, v: 55 },
      ],
    },
    source:
      'composed from the object definitions in OpenMobileAlliance/lwm2m-registry@b62ffc2c; no published payload was found',
    notes: 'The last record is an hour older than the base time: history.',
  },
  {
    id: 'ucifi-parking-without-clock',
    encoding: 'json',
    payload:
      '[{"bn":"/3431/0/","n":"1","vb":true},{"n":"2","u":"s","v":540},{"n":"4","vb":false},{"bn":"/3411/0/","n":"1","u":"%EL","v":71},{"bn":"/3412/0/","n":"20","u":"dBm","v":-88},{"n":"22","vs":"490154203237518"}]',
    expected: {
      resolved: [
        { n: '/3431/0/1', t: 0, vb: true },
        { n: '/3431/0/2', u: 's', t: 0, v: 540 },
        { n: '/3431/0/4', t: 0, vb: false },
        { n: '/3411/0/1', u: '%EL', t: 0, v: 71 },
        { n: '/3412/0/20', u: 'dBm', t: 0, v: -88 },
        { n: '/3412/0/22', t: 0, vs: '490154203237518' },
      ],
    },
    source:
      'composed from the object definitions in OpenMobileAlliance/lwm2m-registry@b62ffc2c; no published payload was found',
    notes: 'No time at all: now.',
  },
];
