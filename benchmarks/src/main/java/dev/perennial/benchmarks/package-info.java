/** This SDK beside its peers, in one run. */
@NullMarked
package dev.perennial.benchmarks;

import org.jspecify.annotations.NullMarked;
