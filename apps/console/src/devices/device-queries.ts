import { useInfiniteQuery, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { Device, DeviceHealth, DeviceModel, Page, UplinkPage } from '../api/types.ts';

const PAGE = 100;
/** Nothing tells of a contact as it happens. */
const LOOK_EVERY_MS = 30_000;

export function useDevices(filter: Readonly<Record<string, string>>) {
  return useInfiniteQuery({
    queryKey: queryKeys.devices(filter),
    queryFn: ({ pageParam, signal }) => {
      const params = new URLSearchParams({ limit: String(PAGE), ...filter });
      if (pageParam !== '') params.set('after', pageParam);
      return call<Page<Device>>('GET', `/devices?${params.toString()}`, undefined, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
}

export function useDevice(deviceId: string): UseQueryResult<Device> {
  return useQuery({
    queryKey: queryKeys.device(deviceId),
    queryFn: ({ signal }) => call<Device>('GET', `/devices/${encodeURIComponent(deviceId)}`, undefined, { signal }),
    refetchInterval: LOOK_EVERY_MS,
  });
}

export function useDeviceHealth(deviceId: string): UseQueryResult<DeviceHealth> {
  return useQuery({
    queryKey: [...queryKeys.device(deviceId), 'health'],
    queryFn: ({ signal }) =>
      call<DeviceHealth>('GET', `/devices/${encodeURIComponent(deviceId)}/health`, undefined, { signal }),
    refetchInterval: LOOK_EVERY_MS,
  });
}

export function useModels(): UseQueryResult<DeviceModel[]> {
  return useQuery({
    queryKey: ['models'],
    queryFn: async ({ signal }) => [...(await call<Page<DeviceModel>>('GET', '/models', undefined, { signal })).items],
    staleTime: Infinity,
  });
}

/** Searching the log costs the server something, so it is done when somebody asks. */
export function useUplinks(deviceId: string, isEnabled: boolean) {
  return useInfiniteQuery({
    queryKey: ['uplinks', deviceId],
    queryFn: ({ pageParam, signal }) => {
      const before = pageParam === 0 ? '' : `?before=${pageParam}`;
      return call<UplinkPage>('GET', `/devices/${encodeURIComponent(deviceId)}/uplinks${before}`, undefined, {
        signal,
      });
    },
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
    enabled: isEnabled,
    staleTime: 0,
  });
}
