// Serves each profile as a provider of its own on one port of this machine, until it is ended:
//
//   node providers.mjs PORT
//
// The page where one logs in asks for a name (PEOPLE in profiles.mjs) and lets in whoever is known. The wiki
// that sends people may be at any port of this machine.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';

import { interactionPolicy, Provider } from 'oidc-provider';

import { claimsOf, PROFILES } from './profiles.mjs';

const port = process.argv[2];
const here = `http://localhost:${port}`;

const jwk = (kind, options, alg) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }),
  alg,
  use: 'sig',
  kid: alg,
});
const keys = [jwk('rsa', { modulusLength: 2048 }, 'RS256'), jwk('ec', { namedCurve: 'P-256' }, 'ES256')];

function made(profile) {
  const alg = profile.alg ?? 'RS256';
  const { path, client, settings } = profile;
  const prefix = path.replace(/\/$/, '');
  const policy = interactionPolicy.base();
  policy.remove('consent');
  const provider = new Provider(here + path, {
    clients: [
      {
        client_id: 'carrefour',
        client_secret: 'un secret de la maison',
        // RFC 8252 leaves the port of this machine open for what is installed on it.
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/-/oidc/callback'],
        post_logout_redirect_uris: ['http://127.0.0.1/-/oidc/logged-out'],
        id_token_signed_response_alg: alg,
        ...client,
      },
    ],
    cookies: { keys: ['a key of the tests'] },
    jwks: { keys },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
    },
    findAccount: (_ctx, sub) =>
      claimsOf(profile, sub) && { accountId: sub, claims: () => claimsOf(profile, sub) },
    // Nobody is asked whether they agree: whoever runs it has agreed for them.
    interactions: { policy, url: (_ctx, { uid }) => `${prefix}/log-in/${uid}` },
    async loadExistingGrant(ctx) {
      const { client: known, params, provider: self, session } = ctx.oidc;
      const grant = new self.Grant({ accountId: session.accountId, clientId: known.clientId });
      grant.addOIDCScope(params.scope);
      await grant.save();
      return grant;
    },
    pkce: { required: () => false },
    ...settings,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: profile.logout ?? true,
        // A sound id_token_hint is enough for it, as it is for those that it stands for.
        logoutSource: (ctx, form) => {
          const yes = '/><input type="hidden" name="logout" value="yes"/><button>OK</button></form>';
          ctx.body = form.replace('/></form>', yes);
        },
      },
      jwtUserinfo: { enabled: Boolean(client?.userinfo_signed_response_alg) },
    },
  });
  const answer = provider.callback();
  return async (request, response) => {
    const url = new URL(request.url, here);
    if (profile.asks && url.pathname.endsWith('/auth')) {
      const asked = url.searchParams;
      const unknown = [...asked.keys()].find((one) => !profile.asks.includes(one));
      const short = ['state', 'nonce'].find((one) => (asked.get(one) ?? '').length < 32);
      if (unknown || short) {
        response.writeHead(400).end(`Y000400 ${unknown ?? short}`);
        return;
      }
    }
    if (request.method === 'GET' && url.pathname.startsWith(`${prefix}/log-in/`)) {
      response.setHeader('Content-Type', 'text/html');
      response.end('<form method="post"><input name="sub" value="zoe"><button>OK</button></form>');
      return;
    }
    if (url.pathname.startsWith(`${prefix}/log-in/`)) {
      let body = '';
      for await (const part of request) body += part;
      const accountId = new URLSearchParams(body).get('sub');
      const result = { login: { accountId } };
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
      return;
    }
    request.originalUrl = request.url;
    request.url = request.url.slice(prefix.length) || '/';
    answer(request, response);
  };
}

const served = Object.values(PROFILES).map((profile) => [profile.path.replace(/\/$/, ''), made(profile)]);

createServer((request, response) => {
  const found = served.find(([prefix]) => request.url.startsWith(`${prefix}/`));
  if (!found) {
    response.writeHead(404).end();
    return;
  }
  found[1](request, response).catch((error) => response.writeHead(500).end(String(error)));
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
