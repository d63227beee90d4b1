/**
 * The command {@code conformance} and its subcommands: they run, list, replay and serve the rules
 * of the conformance kit. The rules themselves are not here. The package depends on {@code
 * dev.perennial.cli.console} and on no other command.
 */
@NullMarked
package dev.perennial.cli.conformance;

import org.jspecify.annotations.NullMarked;
