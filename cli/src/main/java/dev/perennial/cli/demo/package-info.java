/**
 * The command {@code demo}: a server, a proxy that injects faults, one subscription through the
 * public API, and an audit of what the consumer received. It depends on {@code
 * dev.perennial.cli.console} and on no other command.
 */
@NullMarked
package dev.perennial.cli.demo;

import org.jspecify.annotations.NullMarked;
