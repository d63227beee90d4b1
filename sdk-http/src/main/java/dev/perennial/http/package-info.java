/**
 * What the transports over HTTP share: builders with the options of an exchange, credentials, and
 * the reading of a response that is a stream. Those who write a format extend {@link
 * dev.perennial.http.HttpStreamBuilder} and implement {@link dev.perennial.http.Framer}; those who
 * write a protocol extend {@link dev.perennial.http.UpgradeBuilder}.
 *
 * <p>How an exchange opens a stream is in packages that are not exported.
 */
@NullMarked
package dev.perennial.http;

import org.jspecify.annotations.NullMarked;
