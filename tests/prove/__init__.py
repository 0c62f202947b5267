"""The suite's own quality as a number: every fault caught, every conformant mode left in peace."""
