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
  readonly source: string;
  readonly lastSignInAt: string | null;
}

interface Link {
  readonly path: string;
  readonly expiresAt: string;
}

interface InvitedBody {
  readonly account: AccountBody;
  readonly link: Link;
}

interface AddOptions {
  readonly role: string;
  readonly displayName?: string;
  readonly email?: string;
  readonly json?: boolean;
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
      printTable([
        ['account', 'name', 'state', 'by', 'roles', 'last sign-in'],
        ...all.map(({ name, displayName, state, source, roles, lastSignInAt }) => {
          return [name, displayName, state, source, rolesText(roles), lastSignInAt ?? 'never'];
        }),
      ]);
    });
  accounts
    .command('add')
    .description('a new account; prints the link with which the person sets the password')
    .argument('<name>', 'what is typed to sign in')
    .requiredOption('--role <roles>', ROLE_HELP)
    .option('--display-name <name>', 'the name of the person (default: the name of the account)')
    .option('--email <address>', 'mail address, as a note')
    .option('--json', 'print JSON')
    .action(async (name: string, { role, displayName = name, email, json }: AddOptions) => {
      const body = { name, displayName, roles: rolesOf(role), ...(email !== undefined && { email }) };
      const made = (await askApi(settings(), 'POST', '/api/v1/accounts', body)) as InvitedBody;
      if (json) return printJson({ account: made.account, link: withAddress(made.link) });
      printLine(
        `${made.account.name} is ${made.account.state} as ${rolesText(made.account.roles)}; a link for the person:`,
      );
      printLink(made.link);
    });
  accounts
    .command('link')
    .description('a new link to set the password of an account; voids the one before')
    .argument('<name>')
    .option('--json', 'print JSON')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const { accountId } = await accountNamed(name);
      const link = (await askApi(settings(), 'POST', `/api/v1/accounts/${accountId}/link`)) as Link;
      if (json) printJson(withAddress(link));
      else printLink(link);
    });
  accounts
    .command('lock')
    .description('keeps an account from signing in, and ends its sessions')
    .argument('<name>')
    .option('--undo', 'unlocks it again')
    .option('--json', 'print JSON')
    .action(async (name: string, { undo = false, json }: { undo?: boolean; json?: boolean }) => {
      const { accountId } = await accountNamed(name);
      const body = { locked: !undo };
      const changed = (await askApi(settings(), 'PATCH', `/api/v1/accounts/${accountId}`, body)) as AccountBody;
      if (json) printJson(changed);
      else printLine(`${changed.name} is ${changed.state}`);
    });
}

function printLink(link: Link): void {
  const { url, expiresAt } = withAddress(link);
  printLine(url);
  printLine(`good once, until ${expiresAt}`);
}

/** As it can be given to the person. */
function withAddress({ path, expiresAt }: Link): { readonly url: string; readonly expiresAt: string } {
  const config = settings();
  const base = (config.PUBLIC_URL ?? httpUrlOf(config)).replace(/\/$/, '');
  return { url: `${base}${path}`, expiresAt };
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
  return items.flatMap((item) => {
    const read = readGroupRoles(`x=${item}`);
    if (!read || read.length === 0) throw new UserError(`--role: '${item}' is no ${ROLE_HELP}`, 2);
    return read.map(({ role, departments }) => ({ role, departments }));
  });
}

function rolesText(roles: readonly RoleAssignment[]): string {
  const texts = roles.map(({ role, departments }) => {
    return departments.length === 0 ? role : `${role}@${departments.join('+')}`;
  });
  return texts.join(', ') || '-';
}
