import text from '../default/organisation.yaml?raw';
import type { OrganisationSource } from './read-organisation.ts';

/** The organisation that a city starts with. */
export const DEFAULT_ORGANISATION: OrganisationSource = { file: 'default/organisation.yaml', text };
