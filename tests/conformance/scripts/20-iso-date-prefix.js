console.log(Meta.currentUserTime.toISOString().substr(0, 10), Meta.currentUserTime.toISOString(true), Meta.currentUserTime.toJSON(), Meta.currentUserTime + 1);
