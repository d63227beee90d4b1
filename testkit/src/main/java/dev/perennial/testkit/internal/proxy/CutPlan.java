package dev.perennial.testkit.internal.proxy;

import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Direction;

/** When and how a connection is cut: after a number of bytes in one direction. */
public record CutPlan(Direction direction, long afterBytes, Cut cut) {}
