queueMicrotask(() => {
  console.log('first');
  throw new Error('in a microtask');
});
queueMicrotask(() => console.log('never reached'));
setTimeout(() => console.log('nor this'), 1);
