import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { usePick } from '../i18n/texts.ts';
import { callAll } from './client.ts';
import { queryKeys } from './query-keys.ts';
import type { Department } from './types.ts';

export function useDepartments(): UseQueryResult<Department[]> {
  return useQuery({
    queryKey: queryKeys.departments,
    queryFn: ({ signal }) => callAll<Department>('/departments', 1000, { signal }),
    staleTime: Infinity,
  });
}

/** The name of a department by its id; the id itself while it is not known. */
export function useDepartmentName(): (departmentId: string) => string {
  const { data = [] } = useDepartments();
  const pick = usePick();
  return (departmentId) => {
    const department = data.find((candidate) => candidate.departmentId === departmentId);
    return department ? pick(department.name) : departmentId;
  };
}
