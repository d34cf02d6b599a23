// A page without a server of its own, whose users have their accounts at WebApp.
import { UserManager } from 'oidc-client-ts';

// The deployment writes the two values into config.json: {"issuer": "…", "clientId": "…"}.
const { issuer, clientId } = await (await fetch('config.json')).json();
const here = `${location.origin}/`;
const manager = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: here,
    post_logout_redirect_uri: here,
    scope: 'openid profile email offline_access',
    loadUserInfo: true,
    automaticSilentRenew: true,
});

const element = id => document.getElementById(id);
element('sign-in').onclick = () => manager.signinRedirect();
element('sign-out').onclick = () => manager.signoutRedirect();
element('refresh').onclick = async () => {
    try {
        await manager.signinSilent();
        element('state').textContent = 'Refreshed.';
    } catch (error) {
        element('state').textContent = error.message;
    }
};

if (new URLSearchParams(location.search).has('code')) {
    await manager.signinRedirectCallback();
    history.replaceState(null, '', '/');
}

const user = await manager.getUser();
if (user && !user.expired) {
    document.querySelector('h1').textContent = `Hello ${user.profile.name ?? user.profile.email}`;
    element('sign-in').hidden = true;
    element('refresh').hidden = element('sign-out').hidden = false;
}
