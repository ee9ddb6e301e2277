import { readFile } from 'node:fs/promises';
import type { Config } from '@stadtfunk/config';
import { messageOf } from '@stadtfunk/kernel';
import {
  DEFAULT_ORGANISATION,
  readOrganisation,
  type Organisation,
  type OrganisationSource,
} from '@stadtfunk/organisation';
import { describeProblem } from '@stadtfunk/yaml';
import { UserError } from './user-error.ts';

/** The file at this path; without one the bundled organisation. */
export async function organisationSource(path: string | undefined): Promise<OrganisationSource> {
  if (path === undefined) return DEFAULT_ORGANISATION;
  try {
    return { file: path, text: await readFile(path, 'utf8') };
  } catch (thrown) {
    throw new UserError(`cannot read the organisation: ${messageOf(thrown)}`, 2);
  }
}

/** The organisation of ORGANISATION_FILE, or the bundled one. A broken file ends the start and says where it is broken. */
export async function organisationInForce({ ORGANISATION_FILE, ZONE, FEDERAL_STATE }: Config): Promise<Organisation> {
  const source = await organisationSource(ORGANISATION_FILE);
  const read = readOrganisation(source, { zone: ZONE, federalState: FEDERAL_STATE });
  if (read.ok) return read.value;
  throw new UserError(['the organisation is broken', ...read.error.map(describeProblem)].join('\n  '), 2);
}
