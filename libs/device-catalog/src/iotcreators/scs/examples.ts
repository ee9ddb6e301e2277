import type { Example } from '../../format.ts';

/** Callbacks with Dragino payloads inside. */
export const scsExamples: readonly Example[] = [
  {
    id: 'dragino-scs-envelope-udp',
    encoding: 'json',
    payload:
      '{"reports":[{"serialNumber":"IMEI:867787050000029","timestamp":1690801839203,"subscriptionId":"aa3d76d8-039d-4e0e-99b5-a0f09a42c383","resourcePath":"uplinkMsg/0/data","value":"f86778705000002900980cfe0a0100030764d3456e012664c8235d012564c81fd9012564c81c55012564c818d1012564c8154d012564c811c9012564c80e45012664c80ac1","customAttributes":{"device_protocol":"udp"}}],"registrations":[],"deregistrations":[],"updates":[],"expirations":[],"responses":[]}',
    expected: {
      imei: '867787050000029',
      received_at_ms: 1690801839203,
      distance_mm: 775,
      battery_mv: 3326,
      csq: 10,
      timestamp: 1691567470,
    },
    source: 'WimObiwan/IotRouter@a027429c Documentation/IotCreators SamplePacket.json',
    notes:
      'Device timestamp 2023-08-09T07:51:10Z is about nine days AHEAD of the network arrival time 2023-07-31T11:10:39Z: real forward clock error.',
  },
  {
    id: 'dragino-scs-envelope',
    encoding: 'json',
    payload:
      '{"reports":[{"serialNumber":"IMEI:868411050000058","timestamp":1600439712734,"subscriptionId":"fa37d89c-a7e2-4f3d-b12f-6002a3642b4c","resourcePath":"uplinkMsg/0/data","value":"41105000005800640cd1070a1600"}],"registrations":[],"deregistrations":[],"updates":[],"expirations":[],"responses":[]}',
    expected: {
      imei: '868411050000058',
      received_at_ms: 1600439712734,
      resource_path: 'uplinkMsg/0/data',
      inner_hex: '41105000005800640cd1070a1600',
    },
    source: 'https://docs.iotcreators.com/v2.1/docs/dragino-distance-detection-sensor-ndds75',
    notes:
      'Envelope to unwrap before the device decoder; timestamp is in milliseconds and is the network arrival time.',
  },
];
