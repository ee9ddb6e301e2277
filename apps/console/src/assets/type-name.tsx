import type { ReactElement } from 'react';
import type { Asset } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { ASSET_TEXTS } from './texts.ts';

const ICONS: Readonly<Record<Asset['type'], IconName>> = {
  WasteContainer: 'container',
  ParkingSpot: 'parking',
  Streetlight: 'light',
  StreetlightControlCabinet: 'cabinet',
};

export const typeIcon = (type: Asset['type']): IconName => ICONS[type];

export function TypeName({ type }: { readonly type: Asset['type'] }): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  return (
    <span className="type-name">
      <Icon name={ICONS[type]} /> {t[type]}
    </span>
  );
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);

/** The number by which people call it. */
export function numberOf(asset: Asset): string | null {
  const numbers = ['streetPoleNum', 'binId', 'serialNumber', 'feederPillarNum'] as const;
  return numbers.map((name) => text(asset[name])).find((number) => number !== null) ?? null;
}

export function titleOf(asset: Asset): string {
  return asset.name ?? numberOf(asset) ?? asset.assetId;
}

export function addressOf({ address }: Asset): string | null {
  if (!address) return null;
  const { streetAddress, postalCode, addressLocality } = address;
  const town = [postalCode, addressLocality].filter(Boolean).join(' ');
  return [streetAddress, town].filter(Boolean).join(', ') || null;
}
