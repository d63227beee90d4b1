/** The command line. */
@NullMarked
package dev.perennial.cli;

import org.jspecify.annotations.NullMarked;
