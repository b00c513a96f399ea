const token = Buffer.from('user:p\u00e4ss').toString('base64');
const url = new URL('/v1/items?limit=3', 'https://api.example.com');
url.searchParams.set('q', 'caf\u00e9 & more');
runAction('a.b', { fields: { auth: `Basic ${token}`, url: url.href } });
console.log(url, Buffer.from(token, 'base64').toString(), Buffer.from('h\u00e9llo'));
console.log(new TextDecoder().decode(new TextEncoder().encode('\u{1F600}')), new URLSearchParams('a=1&b=2'));
console.log([...Buffer.from('hi')], JSON.stringify(Buffer.from('hi')), Buffer.concat([Buffer.from('a'), Buffer.alloc(2)]));
console.log(new TextDecoder(), new TextEncoder(), new URLSearchParams());
