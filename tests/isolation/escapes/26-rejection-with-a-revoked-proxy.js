//! {"end": ["rejected"]}
console.log("denied");
const { proxy, revoke } = Proxy.revocable({}, {}); revoke();
Promise.reject(proxy);
