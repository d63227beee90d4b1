/** Programs as users write them. Each takes its endpoint, and is run by a test. */
@NullMarked
package dev.perennial.examples;

import org.jspecify.annotations.NullMarked;
