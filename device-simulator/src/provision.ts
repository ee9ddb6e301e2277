import type { AssetSpec, DeviceSpec } from './city/asset.ts';

/** What a platform has to know of a city. */
export interface Registry {
  /** Assets without a device of their own. */
  readonly cabinets: readonly AssetSpec[];
  readonly devices: readonly { readonly asset: AssetSpec; readonly device: DeviceSpec }[];
}

/** What a device needs to publish. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly topic: string;
}

/** By device id. Kept between runs by whoever calls: a password is told only once. */
export type KnownCredentials = Record<string, Credentials>;

export interface ProvisionTarget {
  /** Where the platform's API is: `http://127.0.0.1:3000`. */
  readonly apiUrl: string;
  readonly token: string;
}

const AT_ONCE = 4;

/**
 * Registers the assets and devices of a city that the platform does not know yet, as any integrator would, over the API.
 * A device whose password is not known here gets a new one.
 */
export async function provision(
  city: Registry,
  target: ProvisionTarget,
  known: KnownCredentials,
  onProgress: (done: number, of: number) => void,
): Promise<KnownCredentials> {
  const credentials: KnownCredentials = {};
  const work: (() => Promise<void>)[] = [
    ...city.cabinets.map((cabinet) => () => putAsset(target, cabinet)),
    ...city.devices.map(({ asset, device }) => async () => {
      await putAsset(target, asset);
      credentials[device.deviceId] = await credentialsOf(target, device, asset.assetId, known[device.deviceId]);
    }),
  ];
  let done = 0;
  const next = work[Symbol.iterator]();
  const worker = async () => {
    for (const task of next) {
      await task();
      onProgress(++done, work.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return credentials;
}

async function putAsset(target: ProvisionTarget, asset: AssetSpec): Promise<void> {
  const { status, body } = await call(target, 'POST', '/api/v1/assets', asset);
  if (status !== 201 && status !== 409) throw refused(`asset ${asset.assetId}`, status, body);
}

async function credentialsOf(
  target: ProvisionTarget,
  device: DeviceSpec,
  assetId: string,
  known: Credentials | undefined,
): Promise<Credentials> {
  const created = await call(target, 'POST', '/api/v1/devices', { ...device, assetId });
  if (created.status === 201) return created.body as Credentials;
  if (created.status !== 409) throw refused(`device ${device.deviceId}`, created.status, created.body);
  if (known) return known;
  const renewed = await call(target, 'POST', `/api/v1/devices/${device.deviceId}/password`, {});
  if (renewed.status >= 300) throw refused(`device ${device.deviceId}`, renewed.status, renewed.body);
  return renewed.body as Credentials;
}

async function call({ apiUrl, token }: ProvisionTarget, method: string, path: string, body: unknown) {
  const response = await fetch(new URL(path, apiUrl), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

function refused(what: string, status: number, body: unknown): Error {
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? String(body.detail) : '';
  return new Error(`the platform refused ${what}: ${status} ${detail}`);
}
