import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Makes every secret that compose.yaml asks for: `node infra/make-secrets.mjs [folder]`. Without Node on the machine:
 *   docker run --rm -u "$(id -u)" -v "$PWD/infra:/infra" node:24-bookworm-slim node /infra/make-secrets.mjs
 * What is there already is never overwritten: a new password would lock everybody out of the old volumes. Prints no secret.
 */
const folder = process.argv[2] ?? import.meta.dirname;
const environmentFile = join(folder, '.env');
const secretsFolder = join(folder, 'secrets');

if (existsSync(environmentFile)) {
  process.stderr.write(`${environmentFile} is there already; nothing was changed\n`);
  process.exit(1);
}

const secret = () => randomBytes(24).toString('base64url');
const bridge = secret();
const metrics = secret();

mkdirSync(secretsFolder, { recursive: true, mode: 0o755 });
// These two are mounted into containers that run as users of their own, so they have to be readable.
write(join(secretsFolder, 'metrics-token'), metrics, 0o644);
write(join(secretsFolder, 'mosquitto-passwords'), `bridge:${mosquittoHash(bridge)}\n`, 0o644);
write(
  environmentFile,
  `# Made by infra/make-secrets.mjs. Belongs into the backup, and into no repository.
COMPOSE_PROJECT_NAME=stadtfunk

POSTGRES_PASSWORD=${secret()}
REDIS_PASSWORD=${secret()}
INFLUX_PASSWORD=${secret()}
INFLUX_TOKEN=${secret()}
BRIDGE_PASSWORD=${bridge}
STADTFUNK_ADMIN_TOKEN=${secret()}
METRICS_TOKEN=${metrics}
GRAFANA_PASSWORD=${secret()}

# Where people reach the console.
#PUBLIC_URL=https://stadtfunk.example.org
#ZONE=Europe/Berlin
#LOG_LEVEL=info
# Files of the city in infra/city, and the secrets of its hand-over: infra/city/README.md.
#ORGANISATION_FILE=/etc/stadtfunk/organisation.yaml
#HANDOVER_FILE=/etc/stadtfunk/handover.yaml
#HANDOVER_SECRETS=./.env.handover
#RULES_DIR=/etc/stadtfunk/rules
# Where events are posted; both or none.
#WEBHOOK_URL=
#WEBHOOK_SECRET=
# Who is mailed, through which server; all or none.
#MAIL_URL=smtp://user:password@mail.example.org:587
#MAIL_FROM=
#MAIL_TO=
`,
  0o600,
);
process.stdout.write(`made ${environmentFile} and ${secretsFolder}\n`);

function write(path, text, mode) {
  writeFileSync(path, text, { mode, flag: 'wx' });
}

/** As mosquitto_passwd writes it: PBKDF2 with SHA-512. */
function mosquittoHash(password) {
  const iterations = 101; // What mosquitto 2.0 itself uses; the password is 192 random bits.
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, iterations, 64, 'sha512');
  return `$7$${iterations}$${salt.toString('base64')}$${hash.toString('base64')}`;
}
