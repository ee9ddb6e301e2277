/** What people ask for; rules may name others. */
export const KINDS = ['repair', 'inspection', 'cleaning', 'emptying'] as const;
