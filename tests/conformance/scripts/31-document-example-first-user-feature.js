//! {"feature_name": "Morning", "user_feature_id": "uf-9"}
if (Connection.currentFeatureName === "Morning") {
  runAction("hue.set_color", { user_feature_id: Connection.userFeatureId, fields: { color: "blue" } });
}
