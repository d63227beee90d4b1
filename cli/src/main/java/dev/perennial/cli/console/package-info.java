/**
 * What all commands share: the terminal, exit codes, Ctrl-C, option values, usage errors and the
 * formatting of numbers. A class that only one command needs belongs in the package of that
 * command, and nothing here depends on a command.
 */
@NullMarked
package dev.perennial.cli.console;

import org.jspecify.annotations.NullMarked;
