/** Compares this SDK with other clients, in one run. */
@NullMarked
package dev.perennial.benchmarks;

import org.jspecify.annotations.NullMarked;
