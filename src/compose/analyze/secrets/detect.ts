import type { ReadVariable } from '../../load/variables/interpolate';

/** Names of variables with secret values. */
const SECRET =
  /(PASSWORDS?|PASSWD|PASSPHRASE|PASSCODE|(^|_|DB|PG|SMTP|MAIL|USER|ROOT|ADMIN|FTP|LDAP|REDIS|MYSQL)PASS|(^|_|BIND|ROOT|DB)PW(?!_)|(^|_)PWD|SECRETS?|TOKEN|(API|AUTH|ACCESS)_?TOKENS|API_?KEYS?|ACCESS_?KEY|PRIVATE_?KEY|ENCRYPTION_?KEY|SIGNING_?KEY|MASTER_?KEY|AUTH_?KEY|APP_KEY|LICENSE_?KEY|JWT_?KEY|CREDENTIALS?|CREDS?|MNEMONIC|(^|_)SALT|COOKIE|(^|_)DSN|(^|_)PSK)(_|$|\d|BASE)|[^_]_KEYS?$/i;
/** Names that match `SECRET` but are harmless: the path of a file, a lifetime, a name. */
const HARMLESS =
  /(_FILE|_PATH|_DIR|_URL|_URI|_TTL|_EXPIR\w*|_LIFETIME|_LENGTH|_SIZE|_AGE|_TYPE|_NAME|_ID|_ISSUER|_AUDIENCE|_HOST|_HEADER|_ALGORITHM|_POLICY|_ENABLED?|_REQUIRED|_SECURE|_DOMAIN|_SAME_?SITE|_HTTP_?ONLY|_TIMEOUT|_INTERVAL|_PREFIX|_SUFFIX|_VERSION|_REGION|_PROVIDER|_ENDPOINT|_BACKEND|_FIELD|_MODE|_FORMAT|_ENCODING|_HASHERS?|_STRENGTH|_PATTERN|_REGEX|_ITERATIONS|_(MIN|MAX)|_(DAYS|HOURS|MINUTES|SECONDS|MS)|_SCOPES?|_CLAIM|_LEEWAY|_PORT|_COUNT|_LIMIT|_ROUNDS|_METHOD|_AUTH|_PLUGIN|(^|_)(PUBLIC|PUB|PUBLISHABLE|SITE|AUTHORIZED|PRIMARY|FOREIGN|UNIQUE|PARTITION|SORT|CACHE|GROUP|LABEL|OBJECT|HOT|ROUTING|SHORTCUT|TRANSLATION|MESSAGE|ROW|COLUMN|INDEX|IDEMPOTENCY)_KEYS?)$/i;
/** Names that match `HARMLESS` but are secret. */
const ALWAYS = /(ACCESS_?KEY_?ID|(^|_)(REDIS|REDISCLI|VALKEY|NEO4J|BASIC)_AUTH)$/i;
/** The working directory of a shell, and settings of nginx that pass a request on. */
const NOT_SECRET = /^((OLD)?PWD|(proxy|fastcgi|uwsgi|scgi|grpc|memcached)_pass(_\w+)?)$/;
/** Longer texts are no names, and the search takes time. */
const LONGEST_NAME = 200;
/** Values that are switches, not secrets. */
const PLAIN = /^(|true|false|yes|no|on|off|none|null|\d|enabled?|disabled?|required|optional|always|never)$/i;
/** `user:password@` before a host. */
const CREDENTIALS = /(?<=[a-z0-9]):\/\/[^\s/?#@:]*:([^\s/?#@]+)@/i;
/** Texts that are keys or contain passwords, whatever the name of their variable. */
const KEYS = [
  /(^|;)\s*(password|pwd)\s*=\s*[^;\s]+/i,
  // SQL, without passwords that a shell inserts.
  /\b(PASSWORD|IDENTIFIED\s+(WITH\s+\S+\s+)?BY)\s+'(?!\$)[^']+'/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\b(sk|rk|pk)_(live|test)_\w{10,}/,
  /\bgh[pousr]_\w{30,}/,
  /\bxox[abprs]-[\w-]{10,}/,
  /\bglpat-[\w-]{15,}/,
  /(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}/,
  /\bAIza[\w-]{30,}/,
  /\bSG\.[\w-]{15,}\.[\w-]{15,}/,
  /\b(Bearer|Basic)\s+(?=[\w.~+/=-]*\d)[\w.~+/=-]{8,}/,
];

/**
 * A setting in a file: a line of its own, quoted (`x['a'] = 'b'`, `'a' => 'b'`, `{"a": "b"}`), an element, or a variable
 * before a command (`PGPASSWORD=b psql`).
 */
const SETTINGS = [
  /^(?:export\s+)?["']?([\w.-]+)["']?(?:\s*[:=]\s*|\s+)["']?([^\s"',;]+)["']?[,;]?$/g,
  /(?<![\w.-])([\w.-]+)["']?\]?\s*(?:=>|[:=,])\s*["']([^"']+)["']/g,
  /<([\w.-]+)>([^<]+)<\/\1>/g,
  /(?<![\w.-])([A-Z][A-Z0-9_]*)=([^\s"'$;]+)(?=[\s;]|$)/g,
];

/** Whether a variable with this name has a secret value. */
export function isSecretName(name: string): boolean {
  if (name.length > LONGEST_NAME || NOT_SECRET.test(name)) return false;
  const words = name.replace(/([a-z])([A-Z])/g, '$1_$2').replace(/[.-]/g, '_');
  return ALWAYS.test(words) || (SECRET.test(words) && !HARMLESS.test(words));
}

/** Whether a value is a switch, and not a secret. */
export function isPlainValue(value: string): boolean {
  return PLAIN.test(value);
}

/** Whether a value is secret, by the name of its variable or by its content. */
export function isSecret(name: string, value: string, variables: readonly ReadVariable[] = []): boolean {
  if (PLAIN.test(value) || /^\/[\w./-]+$/.test(value)) return false;
  return isSecretName(name) || variables.some((variable) => isSecretName(variable.name)) || hasSecretLooks(value);
}

/** Whether a text contains a password or a key. */
export function hasSecretLooks(text: string): boolean {
  return passwordIn(text) !== undefined || KEYS.some((pattern) => pattern.test(text));
}

/** Options of programs that take a password. */
const FLAG =
  /^--?(requirepass|masterauth|pass|passwd|password|pwd|secret|token|api-?key|[\w.-]+[.-](pass|passwd|password|secret|token|api-?key))$/i;

/** Whether this word of a command takes a password. */
export function isPasswordFlag(word: string): boolean {
  return word.startsWith('-') ? FLAG.test(word) : isSecretName(word);
}

/** An option or a variable and its value, of `--password=x` or `PASSWORD=x`. */
export function assignment(word: string): { name: string; value: string } | undefined {
  const [, name, value] = /^(--?[\w.-]+|[A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
  return name === undefined ? undefined : { name, value: value ?? '' };
}

/** The values of the secret variables. */
export function secretValuesOf(variables: readonly ReadVariable[]): string[] {
  return variables.filter(({ name, value }) => isSecretName(name) && !isPlainValue(value)).map(({ value }) => value);
}

/** The passwords in a command: after options that take a password, and in options of well-known clients. */
export function passwordsIn(words: readonly string[]): string[] {
  const split = words.flatMap((word) => word.split(/\s+/)).map((word) => word.replace(/^["']|["']$/g, ''));
  const isRedis = split.some((word) => /redis-cli|valkey-cli/.test(word));
  const client = split.findIndex((word) => /(^|\/)(mysql|mysqladmin|mariadb|mariadb-admin|mysqldump)$/.test(word));
  const found = split.flatMap((word, i) => {
    const { name, value } = assignment(word) ?? {};
    if (name && value && isPasswordFlag(name)) return [value];
    const before = split[i - 1] ?? '';
    if ((before.startsWith('-') && isPasswordFlag(before)) || (before === '-a' && isRedis)) return [word];
    return client >= 0 && client < i && /^-p\S/.test(word) ? [word.slice(2).replace(/^["']/, '')] : [];
  });
  return found.filter((value) => !isPlainValue(value) && !/^["']?\$/.test(value) && !value.startsWith('-'));
}

/** The password in a URL. */
export function passwordIn(text: string): string | undefined {
  const [, password] = CREDENTIALS.exec(text) ?? [];
  // A variable of the shell or of Kubernetes is not the password itself.
  return password && !/^\$[({]?\w+[)}]?$/.test(password) ? password : undefined;
}

/** Whether a file is secret, by its name or by a setting in it. */
export function isSecretFile(path: string, text: string): boolean {
  if (
    /(^|\/)(\.env(\.[\w.]+)?|[^/]*\.(pem|key|p12|pfx|jks|keystore|kdbx)|id_(rsa|dsa|ecdsa|ed25519)|\.?htpasswd|\.pgpass|\.netrc|[^/]*(password|passwd|secret|credential)s?(\.\w+)?)$/i.test(
      path,
    )
  )
    return true;
  return text.split(/\r?\n/).some((line) => {
    if (hasSecretLooks(line)) return true;
    const settings = SETTINGS.flatMap((pattern) => [...line.trim().matchAll(pattern)]);
    // A variable is not the secret itself.
    return settings.some(
      ([, name = '', value = '']) => isSecret(name, value) && !/^(\$\{?\w+(:?[-?])?\}?|\{\{.*)$/.test(value),
    );
  });
}
