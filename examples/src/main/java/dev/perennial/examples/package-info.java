/** Programs as users write them. Each takes its endpoint as an argument, and a test runs it. */
@NullMarked
package dev.perennial.examples;

import org.jspecify.annotations.NullMarked;
