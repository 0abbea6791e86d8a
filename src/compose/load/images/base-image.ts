import type { Dockerfile } from '../../../images/source/dockerfile';
import type { ImageFacts } from './facts';
import { untagged, knownImage } from './known-image';
import { AS_IN_DOCKER, UNKNOWN_IMAGE } from './needs';

/** Base images that run any program, as any user. */
const RUNTIMES =
  /(^|\/)dotnet\/|(^|\/)(distroless|chainguard)\/|(^|\/)(node|python|golang|openjdk|eclipse-temurin|amazoncorretto|zulu-openjdk|liberica-openjdk-(alpine|debian)|maven|gradle|rust|ruby|bun|deno|elixir|erlang|swift|dart|haskell|perl|alpine|debian|ubuntu|busybox|scratch|fedora|almalinux|rockylinux|ubi\d?(-minimal|-micro)?|amazonlinux)$/;
/** Commands that write next to the sources: tools that compile while the program runs. */
const DEVELOPMENT =
  /\b(npm (run )?(start|dev|serve|watch)|npm run (start:dev|develop)|yarn( run)? (start|dev|serve)|pnpm( run)? (start|dev|serve)|bun (run )?dev|npx|vite|next dev|nuxt dev|ng serve|react-scripts|vue-cli-service|webpack|nodemon|ts-node-dev|tsx watch|cargo (run|watch)|go run|air|dotnet (run|watch)|mvn|mvnw|gradle|gradlew|bundle|rails|rake|mix|composer|artisan|reflex|hot-reload)\b/;
const COMPILES = 'The command writes next to the sources.';
/** Servers of system packages. They start as root, and write to folders that only root owns. */
const DAEMONS =
  /(^|[\s/])(nginx|apache2|apache2ctl|apachectl|httpd|lighttpd|supervisord|php-fpm[\d.]*|sshd|crond?|postfix|dovecot|squid|named|slapd|vsftpd|smbd|openvpn|rsyslogd)(\s|$)/;
/** What a script does that starts as root. */
const ROOT_ONLY =
  /\b(gosu|su-exec|setpriv|runuser|chown|usermod|useradd|adduser|service \w+ start|exec (nginx|apache2\S*|supervisord))\b/;
/** The numbers of users that base images create. */
const USERS: Readonly<Record<string, number>> = {
  node: 1000,
  nonroot: 65532,
  nobody: 65534,
  nginx: 101,
  bun: 1000,
  deno: 1993,
  postgres: 999,
  redis: 999,
};

/** The facts about an image that is built: from its Dockerfile, its whole command, and the scripts that start it. */
export function builtImage(dockerfile: Dockerfile, command: string, scripts = ''): ImageFacts {
  const { base, user, volumes, steps } = dockerfile;
  const name = base?.image ?? '';
  const known = knownImage(name);
  const facts: ImageFacts = { ...known, engine: undefined, instead: undefined, http: undefined, ports: undefined };
  const data = [...new Set([...(known?.data ?? []), ...volumes])];
  const common = { ...facts, ...(data.length > 0 && { data }) };
  const number = user === undefined ? undefined : userNumber(user, name, steps.join('\n'));
  if (user !== undefined) {
    if (number === 0) return { ...common, user: undefined, needs: AS_IN_DOCKER };
    if (number === undefined)
      return {
        ...common,
        user: undefined,
        needs: { ...UNKNOWN_IMAGE, runAs: `The number of the user ${user} is not in the Dockerfile.` },
      };
    const owns = steps.some((step) => /\bchown\b/.test(step));
    const why = owns ? `The Dockerfile gives folders to the user ${user}.` : COMPILES;
    const writes = owns || DEVELOPMENT.test(command);
    return { ...common, user: number, needs: writes ? { rootFilesystem: why } : known?.needs };
  }
  if (DEVELOPMENT.test(command))
    return {
      ...common,
      user: undefined,
      needs: {
        runAs: 'The Dockerfile has no USER, and the command writes next to the sources.',
        rootFilesystem: COMPILES,
      },
    };
  if (ROOT_ONLY.test(scripts) || (!known && DAEMONS.test(command)))
    return { ...common, user: undefined, needs: AS_IN_DOCKER };
  if (known || RUNTIMES.test(untagged(name))) return common;
  return {
    ...common,
    needs: { ...UNKNOWN_IMAGE, runAs: `The import does not know the user of ${name || 'the base image'}.` },
  };
}

/** The number of a user; undefined if neither the Dockerfile nor the base image tells it. */
function userNumber(user: string, base: string, steps: string): number | undefined {
  const [name = ''] = user.split(':');
  if (name === 'root') return 0;
  if (/^\d+$/.test(name)) return Number(name);
  const plain = name.replace(/[^\w.-]/g, '');
  const created = new RegExp(
    `\\b(?:useradd|adduser)\\b[^\\n;&|]{0,300}?(?:-u|--uid)[ =](\\d+)[^\\n;&|]{0,300}\\b${plain.replaceAll('.', '\\.')}\\b`,
  ).exec(steps);
  if (created) return Number(created[1]);
  if (name === 'www-data') return /alpine/.test(base) ? 82 : 33;
  if (name === 'app' && /dotnet|aspnet/.test(base)) return 1654;
  return steps.includes(plain) && /useradd|adduser/.test(steps) ? undefined : USERS[name];
}
