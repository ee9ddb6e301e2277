import type { IncomingHttpHeaders } from 'node:http';
import { ok } from '@stadtfunk/kernel';
import type { ApiClient, JsonAnswer, JsonRequest } from './api-client.ts';
import { failed, type Answer } from './failure.ts';
import { valueAt } from './json-pointer.ts';
import type { HeaderPlan, RestList } from './plan.ts';
import type { Secrets } from './secrets.ts';

export interface RestRequest extends Omit<JsonRequest, 'url'> {
  /** With `{name}` for values. */
  readonly url: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface RestItems {
  readonly items: readonly unknown[];
  readonly json: unknown;
  readonly headers: IncomingHttpHeaders;
}

/** An endless list is a fault of the other side. */
const MOST_PAGES = 20;

/** Calls a system with the headers that its file names. */
export class RestCaller {
  readonly #client: ApiClient;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(client: ApiClient, headers: Readonly<Record<string, HeaderPlan>>, secrets: Secrets) {
    this.#client = client;
    this.#headers = Object.fromEntries(
      Object.entries(headers).map(([name, header]) => [
        name.toLowerCase(),
        'env' in header ? header.prefix + secrets(header.env) : header.value,
      ]),
    );
  }

  pauseMs(): number {
    return this.#client.pauseMs();
  }

  call({ url, values, headers, ...request }: RestRequest): Promise<Answer<JsonAnswer>> {
    return this.#client.call({ ...request, url: filled(url, values), headers: { ...this.#headers, ...headers } });
  }

  async list(url: string, items: string): Promise<Answer<RestItems>> {
    const answer = await this.call({ method: 'GET', url, values: {} });
    if (!answer.ok) return answer;
    const { json, headers } = answer.value;
    const found = valueAt(json, items);
    return Array.isArray(found)
      ? ok({ items: found, json, headers })
      : failed('handover.answer', 'the answer holds no list', true);
  }

  /** All pages of a list that gives links to the next ones. */
  async listAll(
    { url, items, next }: RestList,
    values: Readonly<Record<string, string>>,
  ): Promise<Answer<readonly unknown[]>> {
    const all: unknown[] = [];
    let address: string | null = filled(url, values);
    for (let pages = 0; address !== null; pages++) {
      if (pages === MOST_PAGES) return failed('handover.answer', `the list has more than ${MOST_PAGES} pages`, true);
      const page = await this.list(address, items);
      if (!page.ok) return page;
      all.push(...page.value.items);
      const link: string | null | undefined = next === null ? null : nextPage(page.value, next, address);
      if (link === undefined) return failed('handover.answer', 'the next page is somewhere else', false);
      address = link;
    }
    return ok(all);
  }
}

/** The URL of the page that follows; null: there is none; undefined: it is somewhere that the file does not name. */
export function nextPage({ items, json }: RestItems, pointer: string, address: string): string | null | undefined {
  const link = valueAt(json, pointer);
  return typeof link !== 'string' || link === '' || items.length === 0 ? null : sameOrigin(link, address);
}

/** `{name}` in a URL, percent-encoded. */
export function filled(url: string, values: Readonly<Record<string, string>>): string {
  return url.replace(/\{(\w+)\}/g, (all, name: string) =>
    Object.hasOwn(values, name) ? encodeURIComponent(values[name]!) : all,
  );
}

/** Our headers hold secrets: they go to nobody whom the file does not name. */
function sameOrigin(link: string, base: string): string | undefined {
  if (!URL.canParse(link, base)) return undefined;
  const url = new URL(link, base);
  return url.origin === new URL(base).origin ? url.href : undefined;
}
