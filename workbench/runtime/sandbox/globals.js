// What IFTTT's document gives a script: Meta, Trigger, Connection, runAction and performQuery; and a bare moment.
(function (kit) {
  "use strict";
  const waiting = new kit.Map();

  // A plain object is what a script gets from JSON.parse: own, enumerable, writable, of this realm.
  kit.installGlobals = (context) => {
    const moment = kit.moment;
    const define = (name, value) => kit.hide(kit.global, name, value);
    define("Meta", { currentUserTime: moment.tz(kit.now(), context.timezone) });
    define("Trigger", { id: context.trigger_id, ingredients: context.ingredients });
    define("Connection", {
      serviceUserId: context.service_user_id,
      currentFeatureName: context.feature_name,
      userFeatureId: context.user_feature_id,
      configuration: context.configuration,
    });
    const functions = {
      runAction(actionId, requestBody) {
        return ask("action", actionId, requestBody);
      },
      performQuery(queryId, requestBody) {
        return ask("query", queryId, requestBody);
      },
    };
    define("runAction", kit.native("runAction", 2, functions.runAction));
    define("performQuery", kit.native("performQuery", 2, functions.performQuery));
    if (context.bare_moment) define("moment", moment);
  };

  function ask(kind, step, body) {
    const place = kit.here();
    let settle;
    const promise = new kit.Promise((resolve, reject) => {
      settle = { __proto__: null, resolve, reject };
    });
    try {
      const name = typeof step === "string" ? step : kit.text(step);
      const text = body === undefined ? undefined : kit.stringify(body);
      const answer = kit.host.call(kind, name, text, place.line, place.column);
      if (typeof answer === "number") kit.mapSet(waiting, answer, settle);
      else settle.reject(new kit.Error(answer));
    } catch (error) {
      settle.reject(error);
    }
    return promise;
  }

  kit.settle = (id, status, body, failure) => {
    const settle = kit.mapGet(waiting, id);
    kit.mapDelete(waiting, id);
    if (failure !== undefined) settle.reject(new kit.Error(failure));
    else settle.resolve({ statusCode: status, responseBody: kit.parse(body) });
  };
})
