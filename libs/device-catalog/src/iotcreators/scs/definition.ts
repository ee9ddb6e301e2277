import type { Format } from '../../format.ts';
import { decodeScs, type ScsFields } from './decode.ts';
import { scsExamples } from './examples.ts';
import { normaliseScs } from './normalise.ts';
import { rewriteScs } from './rewrite.ts';

export const scsFormat: Format<ScsFields> = {
  name: 'iotcreators-scs-json',
  title: 'IoT Creators (Deutsche Telekom) callback around a Dragino payload',
  examples: scsExamples,
  decode: decodeScs,
  normalise: normaliseScs,
  rewrite: rewriteScs,
};
