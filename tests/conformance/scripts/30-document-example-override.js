runAction("hue.set_color", { fields: { color: "purple" } });
