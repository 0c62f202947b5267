"""A conformant endpoint of the documented resource: the suite's default target, and what its own tests run against."""
