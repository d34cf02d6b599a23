// An OpenID Connect provider of another make: the accounts are whatever name is typed at its sign-in page.
import Provider from 'oidc-provider';

const { PORT, REDIRECT_URI } = process.env;
const provider = new Provider(`http://localhost:${PORT}`, {
  clients: [{ client_id: 'site', client_secret: 'secret', redirect_uris: [REDIRECT_URI] }],
  claims: { email: ['email', 'email_verified'], profile: ['name'] },
  cookies: { keys: ['not secret'] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: true, name: 'Ada Lovelace' }),
  }),
  pkce: { required: () => true },
});
provider.listen(PORT, '127.0.0.1');
