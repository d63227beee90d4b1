/**
 * The commands {@code demo} and {@code torture}: a server, a proxy that injects faults, one
 * subscription through the public API, and an audit of what the consumer received. The demo waits
 * until the client has recovered from a fault and shows what it did; the torture does not wait, and
 * shows the counts. They depend on {@code dev.perennial.cli.console} and on no other command.
 */
@NullMarked
package dev.perennial.cli.demo;

import org.jspecify.annotations.NullMarked;
