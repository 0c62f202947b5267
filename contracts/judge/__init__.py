"""The judge: model of an exchange, rules, mutations, values. Pure."""
