// An Express application whose users have their accounts at WebApp.
import express from 'express';
import session from 'express-session';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { randomBytes } from 'node:crypto';
import * as oidc from 'openid-client';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT = '3000' } = process.env;
const site = new URL(`http://localhost:${PORT}/`);
const redirectUri = new URL('/callback', site).href;
const overHttp = ISSUER.startsWith('http:') ? { execute: [oidc.allowInsecureRequests] } : {};
const provider = await oidc.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, overHttp);

const app = express();
const sessions = new session.MemoryStore();
app.use(session({ secret: randomBytes(32).toString('hex'), resave: false, saveUninitialized: false, store: sessions, cookie: { sameSite: 'lax' } }));
app.use(express.urlencoded({ extended: false }));

const escape = text => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);

app.get('/', (request, response) => {
    const { user } = request.session;
    response.send(user
        ? `<h1>Hello ${escape(user.name)}</h1><form method="post" action="/logout"><button>Sign out</button></form>`
        : '<h1>Hello stranger</h1><a href="/login">Sign in</a>');
});

app.get('/login', async (request, response) => {
    const pending = { state: oidc.randomState(), verifier: oidc.randomPKCECodeVerifier() };
    request.session.pending = pending;
    response.redirect(oidc.buildAuthorizationUrl(provider, {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        state: pending.state,
        code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
    }).href);
});

app.get('/callback', async (request, response) => {
    const { pending } = request.session;
    if (!pending) {
        return response.redirect('/login');
    }

    const tokens = await oidc.authorizationCodeGrant(provider, new URL(request.originalUrl, site), { expectedState: pending.state, pkceCodeVerifier: pending.verifier });
    const { sub, sid } = tokens.claims();
    const { name, email } = await oidc.fetchUserInfo(provider, tokens.access_token, sub);
    request.session.regenerate(() => {
        request.session.user = { sub, sid, name: name ?? email };
        request.session.identityToken = tokens.id_token;
        response.redirect('/');
    });
});

app.post('/logout', (request, response) => {
    const { identityToken } = request.session;
    request.session.destroy(() => response.redirect(identityToken
        ? oidc.buildEndSessionUrl(provider, { id_token_hint: identityToken, post_logout_redirect_uri: site.href }).href
        : '/'));
});

// WebApp calls this when the session ended there: OpenID Connect Back-Channel Logout 1.0.
const keys = createRemoteJWKSet(new URL(provider.serverMetadata().jwks_uri));
app.post('/backchannel-logout', async (request, response) => {
    try {
        const { payload } = await jwtVerify(request.body.logout_token, keys, { issuer: provider.serverMetadata().issuer, audience: CLIENT_ID, typ: 'logout+jwt' });
        sessions.all((_, all) => Object.entries(all).filter(([, one]) => one.user?.sid === payload.sid).forEach(([id]) => sessions.destroy(id)));
        response.status(200).end();
    } catch {
        response.status(400).end();
    }
});

// An API for other programs. It asks WebApp about each token, so a token is refused as soon as its session has ended.
app.get('/api/hello', async (request, response) => {
    const [, token] = /^Bearer (.+)$/.exec(request.get('Authorization') ?? '') ?? [];
    const answer = token ? await oidc.tokenIntrospection(provider, token) : { active: false };
    if (!answer.active) {
        return response.status(401).set('WWW-Authenticate', 'Bearer').end();
    }

    response.json({ hello: answer.sub });
});

app.listen(PORT, '127.0.0.1', () => console.log(`Listening on ${site.href}`));
