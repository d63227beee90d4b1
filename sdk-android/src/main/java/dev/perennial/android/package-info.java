/**
 * What any Android app needs around its subscriptions: the network, the clock, the main thread, the
 * stored cursor, and the app's way to the background and back.
 */
@NullMarked
package dev.perennial.android;

import org.jspecify.annotations.NullMarked;
