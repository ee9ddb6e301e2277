const BY_MESSAGE = new Map([
  ['keep alive timeout', 'connection.keepaliveTimeout'],
  ['drain timeout', 'connection.drainTimeout'],
  ['connect did not arrive in time', 'connection.connectTimeout'],
  ['unacceptable protocol version', 'connect.version'],
  ['Invalid protocol version', 'connect.version'],
  ['connection closed', 'connection.reset'],
]);

/** Why aedes closed a connection. It has messages only: what is not known is a breach of the protocol. */
export function codeOfClose(error: Error): string {
  const code = BY_MESSAGE.get(error.message);
  if (code) return code;
  const system = 'code' in error ? String(error.code) : '';
  return system !== '' && !system.startsWith('WS_') ? 'connection.reset' : 'connection.protocol';
}
