/** Whole programs, as one writes them first. */
@NullMarked
package dev.perennial.examples.programs;

import org.jspecify.annotations.NullMarked;
