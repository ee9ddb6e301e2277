import type { Pool } from 'pg';

/** How often a statement has to be asked before it is worth a place in the memory of the server. */
const ASKED_BEFORE = 20;
/** Each keeps a plan of some 20 to 100 KiB in every connection that asks it. */
const MOST_PREPARED = 100;
/** Longer ones carry their rows in their text, and are hardly ever asked again. */
const LONGEST_TEXT = 8_192;
const MOST_COUNTED = 2_000;

/**
 * Which statements a server shall parse and plan once and not each time: those that are asked again and again. A name stands for one
 * text in all connections.
 */
export class PreparedStatements {
  readonly #names = new Map<string, string>();
  readonly #asked = new Map<string, number>();
  readonly #refused = new Set<string>();

  /** The name under which to prepare it; undefined: not at all. */
  nameOf(text: string): string | undefined {
    const name = this.#names.get(text);
    if (name !== undefined) return this.#refused.has(name) ? undefined : name;
    if (this.#names.size >= MOST_PREPARED || text.length > LONGEST_TEXT) return undefined;
    const asked = (this.#asked.get(text) ?? 0) + 1;
    if (asked <= ASKED_BEFORE) {
      if (this.#asked.size >= MOST_COUNTED) this.#asked.clear();
      this.#asked.set(text, asked);
      return undefined;
    }
    this.#asked.delete(text);
    const given = `stadtfunk_${this.#names.size + 1}`;
    this.#names.set(text, given);
    return given;
  }

  /** Not prepared any more: the tables have changed under it. */
  refuse(name: string): void {
    this.#refused.add(name);
  }
}

/** `feature_not_supported`, for "cached plan must not change result type": somebody else has brought the records to a newer version. */
const PLAN_OUTDATED = '0A000';

type Ask = (...args: readonly unknown[]) => unknown;
type Callback = (error: unknown, result: unknown) => void;

/** Has all connections of a pool prepare what is asked often, whoever asks it. */
export function prepareStatements(pool: Pool): void {
  const statements = new PreparedStatements();
  pool.on('connect', (client) => {
    const ask = client.query.bind(client) as Ask;
    const askPrepared = (...args: readonly unknown[]) => {
      const statement = statementOf(args);
      const name = statement && statements.nameOf(statement.text);
      if (name === undefined) return ask(...args);
      const look = (error: unknown) => {
        if ((error as { readonly code?: unknown } | null)?.code === PLAN_OUTDATED) statements.refuse(name);
      };
      const callback = args.findLast((arg): arg is Callback => typeof arg === 'function');
      if (!callback) {
        const answer = ask({ ...statement, name }) as Promise<unknown>;
        answer.catch(look);
        return answer;
      }
      const lookFirst: Callback = (error, result) => {
        look(error);
        callback(error, result);
      };
      return ask({ ...statement, name }, lookFirst);
    };
    client.query = askPrepared as typeof client.query;
  });
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Of the arguments of `Client.query`. Without parameters there may be several statements in a text, which cannot be prepared. */
function statementOf([asked, values]: readonly unknown[]): Statement | undefined {
  const given: Partial<Statement> & { readonly name?: unknown; readonly submit?: unknown } =
    typeof asked === 'string' ? { text: asked } : (asked as object);
  const parameters = Array.isArray(values) ? (values as readonly unknown[]) : given.values;
  const { text, name, submit } = given;
  if (text === undefined || name !== undefined || submit !== undefined || !parameters?.length) return undefined;
  return { ...given, text, values: parameters };
}
