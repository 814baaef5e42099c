// A single-page application: its tokens live in this page, and are renewed in a frame that nobody sees.
const { authority, client_id } = await (await fetch('settings.json')).json();
const manager = new oidc.UserManager({
  authority,
  client_id,
  redirect_uri: `${location.origin}/`,
  silent_redirect_uri: `${location.origin}/silent.html`,
  scope: 'openid profile',
  loadUserInfo: true,
  automaticSilentRenew: true,
});

const show = (text) => (document.querySelector('#who').textContent = text);

async function showUser() {
  const user = await manager.getUser();
  show(user === null ? 'Nobody is signed in.' : `${user.profile.name} is signed in.`);
}

async function renew() {
  const before = await manager.getUser();
  try {
    const user = await manager.signinSilent();
    const isRenewed = user.access_token !== before?.access_token;
    show(`${isRenewed ? 'Renewed' : 'Not renewed'} for ${user.profile.name}.`);
  } catch (error) {
    show(`Not renewed: ${error.error}`);
  }
}

document.querySelector('#login').addEventListener('click', () => manager.signinRedirect());
document.querySelector('#renew').addEventListener('click', renew);

if (new URLSearchParams(location.search).has('state')) {
  await manager.signinCallback();
  history.replaceState({}, '', '/');
}
await showUser();
