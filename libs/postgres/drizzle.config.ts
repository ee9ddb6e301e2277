import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./libs/postgres/src/schema.ts', './libs/postgres/src/account-tables.ts'],
  out: './libs/postgres/migrations',
});
