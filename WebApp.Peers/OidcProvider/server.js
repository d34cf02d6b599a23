// npm's oidc-provider as its documentation sets it up, with its own memory as the store. Whoever comes is signed in and has consented.
import { randomUUID } from 'node:crypto';
import Provider from 'oidc-provider';

const { ASPNETCORE_URLS: issuer, PEER_CLIENT, PEER_SECRET, PEER_REDIRECT } = process.env;
const provider = new Provider(issuer, {
  clients: [{ client_id: PEER_CLIENT, client_secret: PEER_SECRET, redirect_uris: [PEER_REDIRECT], grant_types: ['authorization_code', 'refresh_token'] }],
  claims: { email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
  cookies: { keys: ['not secret'] },
  features: { devInteractions: { enabled: false } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: true, name: 'Ada Lovelace', preferred_username: `${id}@example.org` }),
  }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
  pkce: { required: () => true },
  rotateRefreshToken: true,
});

provider.use(async (ctx, next) => {
  if (ctx.path === '/ready') {
    ctx.body = 'ready';
    return;
  }

  if (!ctx.path.startsWith('/interaction/')) {
    await next();
    return;
  }

  const { prompt, session, params } = await provider.interactionDetails(ctx.req, ctx.res);
  if (prompt.name === 'login') {
    await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: randomUUID() } });
  } else {
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    await provider.interactionFinished(ctx.req, ctx.res, { consent: { grantId: await grant.save() } });
  }

  ctx.respond = false;
});
provider.listen(new URL(issuer).port, '127.0.0.1');
