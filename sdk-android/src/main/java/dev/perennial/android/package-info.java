/**
 * Connects subscriptions to an Android app: its network, clock, main thread, stored cursors, and
 * its way to the background and back.
 */
@NullMarked
package dev.perennial.android;

import org.jspecify.annotations.NullMarked;
