// A single-page application: its tokens live in this page, and are renewed in a frame that nobody sees.
const { authority, client_id, monitorSession } = await (await fetch('settings.json')).json();
const manager = new oidc.UserManager({
  authority,
  client_id,
  redirect_uri: `${location.origin}/`,
  silent_redirect_uri: `${location.origin}/silent.html`,
  post_logout_redirect_uri: `${location.origin}/`,
  scope: 'openid profile',
  loadUserInfo: true,
  automaticSilentRenew: true,
  monitorSession,
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
    if (error.error === 'login_required') await manager.removeUser();
    show(`Not renewed: ${error.error}`);
  }
}

document.querySelector('#login').addEventListener('click', () => manager.signinRedirect());
document.querySelector('#renew').addEventListener('click', renew);
document.querySelector('#logout').addEventListener('click', () => manager.signoutRedirect());
// Where the session is watched: the frame of the server says that it has changed, and a silent renewal that nobody is signed in.
manager.events.addUserSignedOut(async () => {
  await manager.removeUser();
  await showUser();
});

if (new URLSearchParams(location.search).has('state')) {
  await manager.signinCallback();
  history.replaceState({}, '', '/');
}
await showUser();
