import type { DeviceRegistry } from '@stadtfunk/devices';
import type { DeadLetterOffice, FiledLetter } from '@stadtfunk/ingest';
import { findVisibleAsset } from '../assets/visible.ts';
import { found } from '../problem.ts';

/** The dead letter, or that there is none: somebody who is limited to departments sees those of devices on their assets. */
export async function ownLetter(
  office: Pick<DeadLetterOffice, 'find'>,
  registry: DeviceRegistry,
  letterId: string,
  departments: readonly string[] | null,
): Promise<FiledLetter> {
  const letter = found(await office.find(letterId), 'letter', letterId);
  if (departments === null) return letter;
  const assetId = (await registry.findDevice(letter.deviceId))?.assetId ?? null;
  const asset = assetId === null ? undefined : await findVisibleAsset(registry, assetId, departments);
  return found(asset && letter, 'letter', letterId);
}
