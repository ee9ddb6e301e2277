import { describe, expect, it } from 'vitest';
import { encodeDingtekBin, encodeDingtekDo202 } from './dingtek.ts';
import { encodeDragino } from './dragino.ts';
import { encodeMilesight } from './milesight.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

// The encoders are held against bytes that others published, not against our own decoders.
describe('encoders', () => {
  it('write the Dragino NDDS75 datagram of WimObiwan/IotRouter (a027429c, NDDS75Test.cs)', () => {
    const times = [1700167300, 1700163700, 1700160100, 1700156500, 1700152901, 1700149301, 1700145701, 1700142101];
    const distances = [744, 743, 743, 744, 743, 743, 743, 743];
    const uplink = encodeDragino({
      imei: '867787050000029',
      batteryMv: 3350,
      csq: 7,
      distanceMm: 744,
      time: 1700168660,
      history: times.map((time, index) => ({ time, distanceMm: distances[index]! })),
    });
    expect(Buffer.from(uplink).toString('ascii')).toBe(
      'f86778705000002900980d1607010002e8655683d402e865567e8402e76556707402e76556626402e86556545402e76556464502e76556383502e765562a2502e765561c15',
    );
  });

  it('write the Dingtek DF702 frame of cndingtek/NB-IoT-JS- (46811457, DF70X.js)', () => {
    const frame = encodeDingtekBin({
      imei: '868821040000200',
      isAlarm: true,
      batteryV: 3.51,
      batteryLow: true,
      rsrpDbm: -85,
      counter: 1,
      temperatureC: 27,
      distanceMm: 1609,
      tiltDeg: 0,
      isFull: false,
      onFire: true,
      isTilted: false,
    });
    expect(hex(frame)).toBe('800001021e0649001b00000101015f008054c40001186882104000020081');
  });

  it('write the Dingtek DO202 frame of cndingtek/NB-IoT_Gateway (019e9ee7, do202.py)', () => {
    const frame = encodeDingtekDo202({
      imei: '865385060000246',
      isAlarm: true,
      batteryV: 3.56,
      batteryLow: false,
      rsrpDbm: -78.3,
      counter: 1,
      temperatureC: 23,
      occupied: true,
      magneticField: [-28, -611, -1505],
      humidityPercent: 53,
    });
    expect(hex(frame)).toBe('800032022011100164ffe4fd9dfa1f173500c043c40001186538506000024681');
  });

  it('write the Milesight EM400 frame of Milesight-IoT/SensorDecoders (e79c9d8b, em400-udl/README.md)', () => {
    const frame = encodeMilesight(
      {
        serialNumber: '6749D19054690031',
        imei: '868508060000174',
        imsi: '460043000000018',
        iccid: '89860410000000000019',
        frameCount: 0,
        csq: 9,
      },
      [{ batteryPercent: 100, temperatureC: 26.7, distanceMm: 315, isTilted: true }],
    );
    expect(hex(frame)).toBe(
      '020001005f00000001303130313031313036373439443139303534363930303331383638353038303630303030313734343630303433303030303030303138383938363034313030303030303030303030313909000e01756403670b0104823b01050001',
    );
  });
});
