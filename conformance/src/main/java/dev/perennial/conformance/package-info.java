/**
 * Rules that any client of live streams can be held to, whatever language it is written in, and the
 * faulty servers that hold it to them.
 *
 * <p>A client is a {@link dev.perennial.conformance.ClientUnderTest}. {@link
 * dev.perennial.conformance.Conformance} runs the rules that fit it and returns a {@link
 * dev.perennial.conformance.Report}; {@link dev.perennial.conformance.ConformanceSuite} makes a
 * JUnit test of each rule; {@link dev.perennial.conformance.ConformanceServer} lets clients in
 * other languages in.
 */
@NullMarked
package dev.perennial.conformance;

import org.jspecify.annotations.NullMarked;
