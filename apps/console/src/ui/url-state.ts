import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** Changes search parameters of the address; null or '' takes one out of it. The page stays where it is. */
export function useSetUrlParams(): (changes: Readonly<Record<string, string | null>>) => void {
  const [, setParams] = useSearchParams();
  return useCallback(
    (changes) => {
      // The address itself: the parameters that the router gave to the last rendering may lack what was set since then.
      const next = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === '') next.delete(name);
        else next.set(name, value);
      }
      setParams(next, { replace: true });
    },
    [setParams],
  );
}

/** One search parameter as state. Setting it to null or '' takes it out of the address. */
export function useUrlParam(name: string): readonly [string | null, (value: string | null) => void] {
  const [params] = useSearchParams();
  const setParams = useSetUrlParams();
  const set = useCallback((value: string | null) => setParams({ [name]: value }), [name, setParams]);
  return [params.get(name), set];
}

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/** The order of a table in the address: `?sort=-raisedAt`. */
export function useUrlSort(usual: Sort): readonly [Sort, (sort: Sort) => void] {
  const [text, setText] = useUrlParam('sort');
  const { column, descending } = usual;
  const sort = useMemo(() => (text === null ? { column, descending } : sortOf(text)), [text, column, descending]);
  const set = useCallback(({ column, descending }: Sort) => setText(`${descending ? '-' : ''}${column}`), [setText]);
  return [sort, set];
}

function sortOf(text: string): Sort {
  return text.startsWith('-') ? { column: text.slice(1), descending: true } : { column: text, descending: false };
}
