runAction("hue.set_color", { user_feature_id: Connection.userFeatureId });
}
