/**
 * Rules for clients of live streams, in any language, and the faulty servers that try them.
 *
 * <p>Adapt a client to {@link dev.perennial.conformance.ClientUnderTest}, or a transport of this
 * SDK to {@link dev.perennial.conformance.TransportUnderTest}. Then run the rules with {@link
 * dev.perennial.conformance.Conformance}, or as JUnit tests with {@link
 * dev.perennial.conformance.ConformanceSuite}. A client in another language speaks the protocol of
 * a {@link dev.perennial.conformance.ConformanceServer}. A run returns a {@link
 * dev.perennial.conformance.Report}; {@code HtmlReport}, {@code JsonReport}, {@code JunitXmlReport}
 * and {@code MarkdownReport} write it to a file.
 *
 * <p>This package holds the public API only. Its sub-packages are internal and not exported: {@code
 * scenario} has the scripts and runs them, {@code rules} has the rules, {@code report} writes
 * reports, and {@code remote} speaks the control protocol. {@code rules}, {@code report} and {@code
 * remote} depend on {@code scenario} and not on each other. All of them use this package's
 * interfaces and values; the entry points of this package use them.
 */
@NullMarked
package dev.perennial.conformance;

import org.jspecify.annotations.NullMarked;
