/**
 * Rules that any client of live streams can be held to, whatever language it is written in, and the
 * faulty servers that hold it to them.
 *
 * <p>A client is a {@link dev.perennial.testkit.conformance.ClientUnderTest}. {@link
 * dev.perennial.testkit.conformance.Conformance} runs the rules that fit it and returns a {@link
 * dev.perennial.testkit.conformance.Report}; {@link
 * dev.perennial.testkit.conformance.ConformanceSuite} makes a JUnit test of each rule; {@link
 * dev.perennial.testkit.conformance.ConformanceServer} lets clients in other languages in.
 */
@NullMarked
package dev.perennial.testkit.conformance;

import org.jspecify.annotations.NullMarked;
