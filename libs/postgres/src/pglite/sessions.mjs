import { concat, fatal, int32At, searchPathOf, simpleQuery, textAt, welcome } from './wire.mjs';

const SYNC = 'S'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);
const FLUSH = 'H'.charCodeAt(0);
const PARSE = 'P'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);
const READY = 'Z'.charCodeAt(0);
const NOTIFICATION = 'A'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);

const DEFAULT_SEARCH_PATH = 'public';
const COMMENTS = /^(?:\s|--[^\n]*(?:\n|$))*/;
const LISTENING = /^(un)?listen\s+("[^"]+"|\w+|\*)/i;

/**
 * Many client sessions over the one session that PGlite has. Requests are run one after the other; a session inside a
 * transaction has it alone until it commits or rolls back. What a server keeps per session is kept here where it
 * matters: the search path of the start-up options, and who listens to which channel. Session-level advisory locks and
 * names of prepared statements are common to all sessions.
 *
 * @param run takes the bytes of a request, gives the bytes of the response
 * @param send hands bytes to a session; null: it is over
 * @param idleInTransactionMs a session that leaves its transaction open for so long is ended, or all would wait forever
 */
export function createSessions(run, send, idleInTransactionMs) {
  const sessions = new Map();
  const queue = [];
  let owner;
  let ownerTimer;
  let searchPath = DEFAULT_SEARCH_PATH;
  let draining = false;

  function receive(id, chunk) {
    const session = sessions.get(id) ?? open(id);
    if (chunk === null) return end(session);
    session.received = session.received.length === 0 ? chunk : concat([session.received, chunk]);
    split(session);
    void drain();
  }

  function open(id) {
    const session = { id, received: new Uint8Array(0), searchPath: undefined, channels: new Set() };
    sessions.set(id, session);
    return session;
  }

  /** Cuts what was received into requests, each up to and with a message that asks for an answer. */
  function split(session) {
    const bytes = session.received;
    let start = 0;
    let at = 0;
    while (at + 5 <= bytes.length) {
      const untyped = session.searchPath === undefined;
      const size = untyped ? int32At(bytes, at) : 1 + int32At(bytes, at + 1);
      if (at + size > bytes.length) break;
      const type = bytes[at];
      if (untyped) {
        session.searchPath = searchPathOf(bytes.subarray(at, at + size)) ?? DEFAULT_SEARCH_PATH;
        send(session.id, welcome());
        start = at + size;
      } else if (type === TERMINATE) {
        end(session);
        return;
      } else {
        if (type === QUERY) noteListening(session, textAt(bytes, at + 5));
        else if (type === PARSE) noteListening(session, textAt(bytes, bytes.indexOf(0, at + 5) + 1));
        if (type === SYNC || type === QUERY || type === FLUSH) {
          queue.push({ session, bytes: bytes.subarray(start, at + size) });
          start = at + size;
        }
      }
      at += size;
    }
    session.received = bytes.subarray(start);
  }

  function noteListening(session, sql) {
    const match = LISTENING.exec(sql.replace(COMMENTS, ''));
    if (!match) return;
    const channel = match[2].startsWith('"') ? match[2].slice(1, -1) : match[2].toLowerCase();
    if (!match[1]) session.channels.add(channel);
    else if (channel === '*') session.channels.clear();
    else session.channels.delete(channel);
    session.unlistened ||= Boolean(match[1]);
  }

  function end(session) {
    if (!sessions.delete(session.id)) return;
    for (let at = queue.length - 1; at >= 0; at--) if (queue[at].session === session) queue.splice(at, 1);
    if (owner === session) {
      execute(simpleQuery('ROLLBACK'));
      setOwner(undefined);
    }
    send(session.id, null);
    void drain();
  }

  async function drain() {
    if (draining) return;
    draining = true;
    for (;;) {
      const at = owner ? queue.findIndex(({ session }) => session === owner) : 0;
      const request = at < 0 ? undefined : queue.splice(at, 1)[0];
      if (!request) break;
      if (request.work) await request.work();
      else serve(request);
      // Lets messages in between two requests, so that queued ones of other sessions are seen in their order.
      if (queue.length === 0) await new Promise((resume) => setImmediate(resume));
    }
    draining = false;
  }

  /** Runs work on the database itself, when no transaction is open, while all sessions wait. */
  function runBetween(work) {
    return new Promise((done, failed) => {
      queue.push({ session: undefined, work: () => work().then(done, failed) });
      void drain();
    });
  }

  function serve({ session, bytes }) {
    if (session.searchPath !== searchPath) {
      execute(simpleQuery(`SET search_path TO ${session.searchPath}`));
      searchPath = session.searchPath;
    }
    const response = execute(bytes);
    const answered = response.length >= 6 && response[response.length - 6] === READY;
    const idle = answered && response[response.length - 1] === IDLE;
    send(session.id, response);
    setOwner(idle ? undefined : session);
    if (session.unlistened) {
      session.unlistened = false;
      // UNLISTEN ended it for all.
      for (const channel of new Set([...sessions.values()].flatMap((other) => [...other.channels]))) {
        execute(simpleQuery(`LISTEN "${channel}"`));
      }
    }
  }

  function setOwner(session) {
    clearTimeout(ownerTimer);
    owner = session;
    if (!session) return;
    ownerTimer = setTimeout(() => {
      send(session.id, fatal('25P03', 'terminating connection due to idle-in-transaction timeout'));
      end(session);
    }, idleInTransactionMs);
  }

  /** Runs a request and takes the notifications out of the response, for those who listen. */
  function execute(bytes) {
    const response = run(bytes);
    const kept = [];
    let from = 0;
    for (let at = 0; at + 5 <= response.length;) {
      const next = at + 1 + int32At(response, at + 1);
      if (response[at] === NOTIFICATION) {
        if (at > from) kept.push(response.subarray(from, at));
        notify(response.subarray(at, next));
        from = next;
      }
      at = next;
    }
    if (from === 0) return response;
    kept.push(response.subarray(from));
    return concat(kept);
  }

  function notify(bytes) {
    const channel = textAt(bytes, 9);
    for (const session of sessions.values()) if (session.channels.has(channel)) send(session.id, bytes);
  }

  return { receive, runBetween };
}
