// How each kind of provider is set up, and what it says of a person: as its own documents have it.
//
//   ProConnect  numerique-gouv/proconnect-documentation (doc_fs/implementation_technique.md, donnees_fournies.md),
//               proconnect-gouv/federation (core-fca: authorize-params.dto.ts, the discovery's feature)
//   Keycloak    its client scopes "profile" and "email"; an address is verified, or not, for each person
//   Authentik   docs.goauthentik.io, "Verify email addresses": false for everybody since 2025.10
//   Entra       MicrosoftDocs/entra-docs, id-token-claims-reference and optional-claims-reference
//   Google      developers.google.com/identity/openid-connect/reference

const TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

// Who is known everywhere. Two have one address; the name of the last one is a trap.
const PEOPLE = {
  zoe: { email: 'zoe@example.org', verified: true, given: 'Zoé', family: 'Martin' },
  zoe2: { email: 'zoe@example.org', verified: true, given: 'Zoé', family: 'Autre' },
  max: { email: 'max@example.org', verified: false, given: 'Max', family: 'Petit' },
  guest: { email: 'guest@gmail.com', verified: true, given: 'Guest', family: 'Petit', guest: true },
  sly: {
    email: 'sly@example.org',
    verified: true,
    given: '\u202e<b>Sly</b>\r\nBcc: x ' + 'a'.repeat(9000),
    family: '',
  },
};

const STANDARD = {
  openid: ['sub'],
  email: ['email', 'email_verified'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username'],
};

const whole = (one) => `${one.given} ${one.family}`.trim();
const named = (one) => ({ name: whole(one), given_name: one.given, family_name: one.family });

// `path`: what its issuer ends with. `client`, `settings`: over those that all share.
// `asks`: the parameters that it takes, where others are refused.
export const PROFILES = {
  proconnect: {
    path: '/proconnect/api/v2',
    alg: 'ES256',
    asks: [
      ...['client_id', 'acr_values', 'claims', 'response_type', 'response_mode', 'nonce', 'login_hint', 'state'],
      ...['redirect_uri', 'scope', 'prompt', 'idp_hint', 'code_challenge', 'code_challenge_method'],
    ],
    client: { token_endpoint_auth_method: 'client_secret_post', userinfo_signed_response_alg: 'ES256' },
    settings: {
      acrValues: ['eidas1'],
      claims: {
        openid: ['sub'],
        ...Object.fromEntries(['given_name', 'usual_name', 'siret', 'uid'].map((one) => [one, [one]])),
        email: ['email', 'idp_id', 'idp_acr'],
      },
      clientAuthMethods: ['client_secret_post'],
      enabledJWA: { userinfoSigningAlgValues: ['HS256', 'ES256', 'RS256'] },
      ttl: { AccessToken: 60, AuthorizationCode: 30 },
    },
    says: (sub, one) => ({
      email: one.email,
      given_name: one.given,
      usual_name: one.family,
      uid: sub,
      siret: '13002526500013',
      idp_id: '71144ab3-ee1a-4401-b7b3-79b44f7daeeb',
      idp_acr: 'eidas1',
    }),
  },
  keycloak: {
    path: '/realms/maison',
    settings: { conformIdTokenClaims: false, pkce: { required: () => true } },
    says: (sub, one) => ({
      ...named(one),
      email: one.email,
      email_verified: one.verified,
      preferred_username: sub,
    }),
  },
  authentik: {
    path: '/application/o/carrefour/',
    settings: {
      conformIdTokenClaims: false,
      claims: { ...STANDARD, profile: [...STANDARD.profile, 'nickname', 'groups'] },
    },
    says: (sub, one) => ({
      name: whole(one),
      given_name: whole(one),
      preferred_username: sub,
      nickname: sub,
      groups: [],
      email: one.email,
      email_verified: false,
    }),
  },
  entra: {
    path: `/${TENANT}/v2.0`,
    settings: {
      conformIdTokenClaims: false,
      claims: { openid: ['sub', 'oid', 'tid'], email: ['email', 'xms_edov'], profile: ['name', 'preferred_username'] },
      clientAuthMethods: ['client_secret_post', 'client_secret_basic'],
    },
    client: { token_endpoint_auth_method: 'client_secret_basic' },
    says: (sub, one) => ({
      oid: `00000000-0000-0000-0000-${sub.padStart(12, '0')}`,
      tid: TENANT,
      name: whole(one),
      preferred_username: one.email,
      email: one.email,
      ...(one.verified ? { xms_edov: true } : {}),
    }),
  },
  google: {
    path: '/google',
    logout: false,
    settings: {
      conformIdTokenClaims: false,
      claims: { ...STANDARD, openid: ['sub', 'hd'], profile: ['name', 'given_name', 'family_name', 'picture'] },
    },
    says: (_sub, one) => ({
      ...named(one),
      picture: 'https://lh3.example/photo',
      email: one.email,
      email_verified: one.verified,
      ...(one.guest ? {} : { hd: 'example.org' }),
    }),
  },
};

// What a profile says of `sub`; everybody else is nobody there.
export function claimsOf(profile, sub) {
  const one = PEOPLE[sub];
  return one && { sub, ...profile.says(sub, one) };
}
