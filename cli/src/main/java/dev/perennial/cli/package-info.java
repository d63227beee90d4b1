/**
 * The entry point of the command line {@code perennial}. Each command has a package of its own, and
 * what they share is in {@code dev.perennial.cli.console}. Only {@link dev.perennial.cli.Main}
 * depends on the commands, and no command depends on another.
 */
@NullMarked
package dev.perennial.cli;

import org.jspecify.annotations.NullMarked;
