export type ServerName =
  | 'postgres'
  | 'mosquitto'
  | 'redis-server'
  | 'influxd'
  | 'mosquitto_pub'
  | 'promtool'
  | 'xmllint'
  | 'docker-compose'
  | 'kubectl'
  | 'chromium';

/** The full path of a program, or undefined where it is not installed. */
export function findServer(name: ServerName): string | undefined;

/** The full path of a program; throws naming what to install. */
export function serverProgram(name: ServerName): string;
