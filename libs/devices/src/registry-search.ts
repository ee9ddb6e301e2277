import type { Asset } from './asset.ts';
import type { RegisteredDevice } from './device-registry.ts';

/** Who may see what: the departments of the assets; null: all. A device that sits on no asset is anybody's. */
export type Departments = readonly string[] | null;

export interface RegistryQuery {
  /** Words, or the beginnings of words: every one of them has to be in what is found. */
  readonly text: string;
  readonly kinds: readonly ('asset' | 'device')[];
  readonly departments: Departments;
  /** Of assets. Absent: any. */
  readonly type?: Asset['type'];
  readonly district?: string;
  /** Of each kind. */
  readonly limit: number;
}

/** Best first: what is called so, then what has all the words, then what has words that begin so. */
export interface RegistryHits {
  readonly assets: readonly Asset[];
  readonly devices: readonly RegisteredDevice[];
}

/** A time in which a device sat on an asset, UTC ms; `until` null: it sits there now. */
export interface Binding {
  readonly deviceId: string;
  readonly model: string;
  readonly assetId: string;
  readonly from: number;
  readonly until: number | null;
}

export interface FreeDeviceQuery {
  /** Only of these models. */
  readonly models: readonly string[];
  /** As in `RegistryQuery`; empty: any. */
  readonly text: string;
  readonly limit: number;
}

/** Finds assets and devices by what people know of them. */
export abstract class RegistrySearch {
  abstract search(query: RegistryQuery): Promise<RegistryHits>;
  /** Devices that sit on no asset and are not retired, those heard last first. */
  abstract freeDevices(query: FreeDeviceQuery): Promise<readonly RegisteredDevice[]>;
  /** Which devices sat on an asset, or on which assets a device sat, newest first; at most 100. */
  abstract bindings(of: { readonly assetId: string } | { readonly deviceId: string }): Promise<readonly Binding[]>;
}

/** Words at the most that a query is made of. */
const MOST_WORDS = 8;
const LONGEST_WORD = 64;

const UMLAUTS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };

/**
 * The words of a text, as they are compared: in small letters, `ä` as `ae` and `ß` as `ss`, without accents, without punctuation.
 * The database folds what it holds in the same way (`search_words` in its migrations).
 */
export function wordsOf(text: string): readonly string[] {
  const folded = text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[äöüß]/g, (letter) => UMLAUTS[letter] ?? letter)
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '');
  const words = folded.split(/[\u0000-/:-@[-`{-\u00bf]+/).filter((word) => word !== '');
  return [...new Set(words.map((word) => word.slice(0, LONGEST_WORD)))].slice(0, MOST_WORDS);
}

/** Attributes by which people know an asset: the number on the pole above all. */
export const NUMBER_ATTRIBUTES = ['streetPoleNum', 'serialNumber', 'feederPillarNum', 'circuit'] as const;
