import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';
import type { District } from './types.ts';

/**
 * The districts of the city to choose from, by name.
 * @param present what is chosen now: it stands among them even if no asset has it (any more)
 */
export function useDistricts(
  present: string | null = null,
): readonly { readonly value: string; readonly label: string }[] {
  const { data } = useQuery({
    queryKey: ['districts'],
    queryFn: ({ signal }) => call<{ readonly items: readonly District[] }>('GET', '/districts', undefined, { signal }),
  });
  const names = data?.items.map(({ district }) => district) ?? [];
  const shown = present === null || present === '' || names.includes(present) ? names : [present, ...names];
  return shown.map((name) => ({ value: name, label: name }));
}
