import {
  describeAccountStore,
  describeAuditLog,
  describeOneTimeCodes,
  describeSessionStore,
  describeSignInAttempts,
  MemoryAccountStore,
  MemoryAuditLog,
  MemoryOneTimeCodes,
  MemorySessionStore,
  MemorySignInAttempts,
} from './testing.ts';

const close = async () => undefined;

describeAccountStore('memory', async () => ({
  fresh: async () => {
    const store = new MemoryAccountStore();
    return { store, sessions: new MemorySessionStore(store), codes: new MemoryOneTimeCodes(store) };
  },
  close,
}));
describeSessionStore('memory', async () => ({
  fresh: async () => {
    const accounts = new MemoryAccountStore();
    return { accounts, sessions: new MemorySessionStore(accounts) };
  },
  close,
}));
describeOneTimeCodes('memory', async () => ({
  fresh: async () => {
    const accounts = new MemoryAccountStore();
    return { accounts, codes: new MemoryOneTimeCodes(accounts) };
  },
  close,
}));
describeSignInAttempts('memory', async () => ({ fresh: async () => new MemorySignInAttempts(), close }));
describeAuditLog('memory', async () => ({ fresh: async () => new MemoryAuditLog(), close }));
