import { readGroupRoles, ROLES, type RoleAssignment } from '@stadtfunk/accounts';
import { httpUrlOf, settings, UserError } from '@stadtfunk/platform';
import type { Command } from 'commander';
import { askApi } from '../api-client.ts';
import { printJson, printLine, printTable } from './output.ts';

interface AccountBody {
  readonly accountId: string;
  readonly name: string;
  readonly displayName: string;
  readonly roles: readonly RoleAssignment[];
  readonly state: string;
  readonly lastSignInAt: string | null;
}

interface Link {
  readonly path: string;
  readonly expiresAt: string;
}

const ROLE_HELP = `role, or role@department+department; of ${ROLES.join(', ')}; several with commas between`;

/** Accounts at the shell of the server, with the token of the installation. */
export function accountsCommands(program: Command): void {
  const accounts = program.command('accounts').description('who can sign in, and what they may (see docs/accounts.md)');
  accounts
    .command('list')
    .description('accounts with their roles')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const all = await allAccounts();
      if (json) return printJson(all);
      printTable(
        all.map(({ name, displayName, state, roles, lastSignInAt }) => {
          return [name, displayName, state, roles.map(roleText).join(', ') || '-', lastSignInAt ?? 'never'];
        }),
      );
    });
  accounts
    .command('add')
    .description('a new account; prints the link with which the person sets the password')
    .argument('<name>', 'what is typed to sign in')
    .requiredOption('--role <roles>', ROLE_HELP)
    .option('--display-name <name>', 'the name of the person (default: the name of the account)')
    .option('--email <address>', 'mail address, as a note')
    .action(async (name: string, options: { role: string; displayName?: string; email?: string }) => {
      const body = {
        ...{ name, displayName: options.displayName ?? name, roles: rolesOf(options.role) },
        ...(options.email !== undefined && { email: options.email }),
      };
      const { link } = (await askApi(settings(), 'POST', '/api/v1/accounts', body)) as { link: Link };
      printLink(link);
    });
  accounts
    .command('link')
    .description('a new link to set the password of an account; voids the one before')
    .argument('<name>')
    .action(async (name: string) => {
      const { accountId } = await accountNamed(name);
      printLink((await askApi(settings(), 'POST', `/api/v1/accounts/${accountId}/link`)) as Link);
    });
  accounts
    .command('lock')
    .description('keeps an account from signing in, and ends its sessions')
    .argument('<name>')
    .option('--undo', 'unlocks it again')
    .action(async (name: string, { undo = false }: { undo?: boolean }) => {
      const { accountId } = await accountNamed(name);
      const changed = await askApi(settings(), 'PATCH', `/api/v1/accounts/${accountId}`, { locked: !undo });
      printLine(`${name} is ${(changed as AccountBody).state}`);
    });
}

function printLink({ path, expiresAt }: Link): void {
  const config = settings();
  printLine(`${config.PUBLIC_URL ?? httpUrlOf(config)}${path}`);
  printLine(`good once, until ${expiresAt}`);
}

async function allAccounts(): Promise<readonly AccountBody[]> {
  const all: AccountBody[] = [];
  let after: string | null = null;
  do {
    const query: string = after === null ? '' : `&after=${encodeURIComponent(after)}`;
    const answer = await askApi(settings(), 'GET', `/api/v1/accounts?limit=1000${query}`);
    const page = answer as { items: AccountBody[]; next: string | null };
    all.push(...page.items);
    after = page.next;
  } while (after !== null);
  return all;
}

async function accountNamed(name: string): Promise<AccountBody> {
  const account = (await allAccounts()).find((each) => each.name === name.toLowerCase());
  if (!account) throw new UserError(`there is no account '${name}'`, 1);
  return account;
}

/** The same words as in OIDC_ROLES, without groups. */
function rolesOf(text: string): readonly RoleAssignment[] {
  const items = text.split(',').map((item) => item.trim());
  const read = readGroupRoles(items.map((item) => `x=${item}`).join(','));
  if (!read || read.length === 0) throw new UserError(`--role: ${ROLE_HELP}`, 2);
  return read.map(({ role, departments }) => ({ role, departments }));
}

function roleText({ role, departments }: RoleAssignment): string {
  return departments.length === 0 ? role : `${role}@${departments.join('+')}`;
}
