package dev.perennial.testkit;

/** When and how a proxied connection is cut: after so many bytes in one direction. */
record CutPlan(Direction direction, long afterBytes, Cut cut) {}
