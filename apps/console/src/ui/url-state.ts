import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** One search parameter as state. Setting it to null or '' takes it out of the address; the page stays where it is. */
export function useUrlParam(name: string): readonly [string | null, (value: string | null) => void] {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (value: string | null) =>
      setParams(
        (present) => {
          const next = new URLSearchParams(present);
          if (value === null || value === '') next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    [name, setParams],
  );
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
