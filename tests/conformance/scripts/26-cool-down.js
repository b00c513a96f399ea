//! {"configuration": {"last_run": "2021-04-20T15:55:00Z", "minutes": "20"}}
const last = Connection.configuration.last_run && moment(Connection.configuration.last_run);
const passed = last ? moment().diff(last, "minutes") : Infinity;
console.log(passed, passed < Connection.configuration.minutes, moment.duration(passed, "minutes").humanize(), moment(undefined).isValid(), moment(null).isValid());
