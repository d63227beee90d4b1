/**
 * The command {@code tail}: reads the options that describe a stream, follows it over any of the
 * three transports and prints its events. It depends on {@code dev.perennial.cli.console} and on no
 * other command.
 */
@NullMarked
package dev.perennial.cli.tail;

import org.jspecify.annotations.NullMarked;
