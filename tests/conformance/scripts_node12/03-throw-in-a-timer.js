setTimeout(() => {
  console.log('first');
  throw new TypeError('in a timer');
}, 5);
setTimeout(() => console.log('never reached'), 80);
