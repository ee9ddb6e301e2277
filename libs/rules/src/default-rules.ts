import bins from '../default-rules/bins.yaml?raw';
import devices from '../default-rules/devices.yaml?raw';
import lights from '../default-rules/lights.yaml?raw';
import parking from '../default-rules/parking.yaml?raw';
import type { RuleSource } from './compile-rules.ts';

/** The rules that a city starts with. */
export const DEFAULT_RULES: readonly RuleSource[] = [
  { file: 'default-rules/bins.yaml', text: bins },
  { file: 'default-rules/parking.yaml', text: parking },
  { file: 'default-rules/lights.yaml', text: lights },
  { file: 'default-rules/devices.yaml', text: devices },
];
